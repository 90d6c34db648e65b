package io.apikit.auth.internal.sharing;

import io.apikit.http.Timing;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.internal.util.LogText;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands between one backend and the store of its logins, so that a store that is away is asked no more. Thread-safe; no
 * lock is held during a command.
 *
 * <p>It opens after 3 failures in a row, of reads or of writes, and at once when the heartbeat fails. While it is open, every command but the
 * heartbeat fails at once. A heartbeat that succeeds closes it. If it opens again within a minute, it stays open for 2 s at
 * least, and for twice as long each further time, up to a minute: so a store whose heartbeats alone succeed costs little.
 *
 * <p>After a single failure no token is taken from the store until a command of the same sort has succeeded. A login that has
 * waited for a read in vain does not wait for a token as well: the replica has a part of its own.
 *
 * <p>A command that succeeds after more than 300 ms counts as a failure as well, though its result is used.
 */
public final class StoreBreaker implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StoreBreaker.class);

    /** Failures in a row until it opens. */
    private static final int MOST_FAILURES = 3;

    /** Twice what a store may wait. */
    private static final long LATE_NANOS = Duration.ofMillis(300).toNanos();

    private static final long LEAST_HOLD_NANOS = Duration.ofSeconds(2).toNanos();
    private static final long MOST_HOLD_NANOS = Duration.ofMinutes(1).toNanos();

    private final String backend;
    private final StoreMetrics metrics;
    private final Timing timing;
    private final Runnable returned;
    private final AtomicReference<State> state;

    /** What a command is for. */
    public enum Kind {
        READ(false),
        LEASE(true),
        EXTEND(true),
        RELEASE(true),
        WRITE(true),
        TAKE(true),
        GIVE_BACK(true),
        SEND(false),
        /** The heartbeat. It is sent while the breaker is open as well. */
        ALIVE(true);

        private final boolean isWrite;

        Kind(boolean isWrite) {
            this.isWrite = isWrite;
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Creates a breaker that lets commands pass.
     *
     * @param backend the backend's name, for the log
     * @param returned is called after the store has returned, on the thread of the heartbeat
     */
    public StoreBreaker(String backend, StoreMetrics metrics, BackendMetrics meters, Timing timing, Runnable returned) {
        this.backend = backend;
        this.metrics = metrics;
        this.timing = timing;
        this.returned = returned;
        this.state = new AtomicReference<>(State.first(timing.nanoTime()));
        meters.gauge(
                "apikit.backend.store.up",
                "1 while the login store can be reached, 0 while each replica goes on alone",
                Tags.empty(),
                () -> isUp() ? 1 : 0);
    }

    /** Returns whether commands are sent. */
    public boolean isUp() {
        return !state.get().isOpen();
    }

    /**
     * Sends a command.
     *
     * @return its result, never null
     * @throws StoreAway if the store is away, or the command fails
     */
    public <T> T call(Kind kind, Supplier<? extends @Nullable T> command) {
        var before = state.get();
        if (before.refuses(kind)) {
            metrics.skipped().increment();
            throw new StoreAway(backend, null);
        }
        var since = timing.nanoTime();
        T result;
        try {
            result = Objects.requireNonNull(command.get(), "the store returned null");
        } catch (Throwable e) {
            throw failed(kind, before, e);
        }
        if (timing.nanoTime() - since > LATE_NANOS) {
            countFailure(kind, before, "it took more than 300 ms", false, true);
        } else {
            succeeded(kind, before);
        }
        return result;
    }

    /**
     * Sends a heartbeat while the backend starts: a store takes a moment to connect, so a failure says nothing yet.
     *
     * @return whether it has succeeded
     */
    public boolean isThere(Runnable heartbeat) {
        try {
            heartbeat.run();
            return true;
        } catch (Throwable e) {
            log.debug("The login store of {} is not there yet", backend, e);
            return false;
        }
    }

    /**
     * Sends a command without a result.
     *
     * @throws StoreAway if the store is away, or the command fails
     */
    public void run(Kind kind, Runnable command) {
        call(kind, () -> {
            command.run();
            return Boolean.TRUE;
        });
    }

    /** Sends no command from now on, and logs nothing more. */
    @Override
    public void close() {
        state.updateAndGet(State::closedForGood);
    }

    private StoreAway failed(Kind kind, State before, Throwable thrown) {
        // The end of the thread's own work is no failure of the store.
        if (!Thread.currentThread().isInterrupted()) {
            var message = thrown.getMessage();
            var reason = message == null ? thrown.getClass().getSimpleName() : message;
            countFailure(kind, before, reason, kind == Kind.ALIVE, false);
            log.debug("A command to the login store of {} failed: {}", backend, kind, thrown);
        }
        return new StoreAway(backend, thrown);
    }

    private void countFailure(Kind kind, State before, String reason, boolean isEnough, boolean isLate) {
        if (state.get().isClosedForGood()) {
            return;
        }
        metrics.failures(kind).increment();
        var now = timing.nanoTime();
        var was = state.getAndUpdate(known -> known.afterFailure(before, kind, isEnough, isLate, now));
        if (!was.isOpen()
                && was.afterFailure(before, kind, isEnough, isLate, now).isOpen()) {
            log.warn(
                    "The login store of {} is away ({} failed: {}). Sessions go on; until it is back, this replica logs in"
                            + " and limits logins alone.",
                    backend,
                    kind == Kind.ALIVE ? "its heartbeat" : kind,
                    LogText.of(reason));
        }
    }

    private void succeeded(Kind kind, State before) {
        var now = timing.nanoTime();
        var known = state.get();
        if (!known.isOpen() && known.reads() + known.writes() == 0) {
            return;
        }
        var was = state.getAndUpdate(latest -> latest.afterSuccess(before, kind, now));
        if (was.isOpen() && !was.afterSuccess(before, kind, now).isOpen()) {
            log.info("The login store of {} is back after {} s.", backend, was.seconds(now));
            returned.run();
        }
    }

    /** The store is away: the command was not sent, or it failed. */
    public static final class StoreAway extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** No stack: it is expected, and there may be many. */
        public StoreAway(String backend, @Nullable Throwable cause) {
            super("the login store of " + backend + " is away", cause, false, false);
        }
    }

    /**
     * What is known of the store. Immutable.
     *
     * @param reads failures in a row of commands that change nothing: a store that is full, or is being moved, still has these
     * @param writes failures in a row of all others
     * @param isInVain whether one of them has brought no result, not even a late one
     * @param changes how often it has opened and closed: a result from before the latest change says nothing
     * @param sinceNanos of the latest change
     * @param holdNanos how long it stays open at least
     */
    private record State(
            boolean isOpen,
            boolean isClosedForGood,
            int reads,
            int writes,
            boolean isInVain,
            int changes,
            long sinceNanos,
            long holdNanos) {
        static State first(long now) {
            return new State(false, false, 0, 0, false, 0, now, 0);
        }

        boolean refuses(Kind kind) {
            return isClosedForGood || (isOpen && kind != Kind.ALIVE) || (kind == Kind.TAKE && isInVain);
        }

        State afterFailure(State before, Kind kind, boolean isEnough, boolean isLate, long now) {
            if (isOpen || isClosedForGood || before.changes != changes) {
                return this;
            }
            var inVain = isInVain || !isLate;
            var more = kind.isWrite ? counting(reads, writes + 1, inVain) : counting(reads + 1, writes, inVain);
            return isEnough || Math.max(more.reads, more.writes) >= MOST_FAILURES
                    ? new State(true, false, 0, 0, false, changes + 1, now, nextHold(now))
                    : more;
        }

        State afterSuccess(State before, Kind kind, long now) {
            if (isClosedForGood || before.changes != changes) {
                return this;
            }
            if (!isOpen) {
                return kind.isWrite ? counting(reads, 0, isInVain) : counting(0, writes, isInVain);
            }
            return kind == Kind.ALIVE && now - sinceNanos >= holdNanos
                    ? new State(false, false, 0, 0, false, changes + 1, now, holdNanos)
                    : this;
        }

        private State counting(int readsNow, int writesNow, boolean inVain) {
            var isLeft = inVain && readsNow + writesNow > 0;
            return new State(false, false, readsNow, writesNow, isLeft, changes, sinceNanos, holdNanos);
        }

        State closedForGood() {
            return new State(true, true, 0, 0, false, changes + 1, sinceNanos, holdNanos);
        }

        String seconds(long now) {
            return String.format(Locale.ROOT, "%.1f", (now - sinceNanos) / 1e9);
        }

        private long nextHold(long now) {
            var isSoonAgain = changes > 0 && now - sinceNanos < MOST_HOLD_NANOS;
            return isSoonAgain ? Math.min(MOST_HOLD_NANOS, Math.max(LEAST_HOLD_NANOS, 2 * holdNanos)) : 0;
        }
    }
}
