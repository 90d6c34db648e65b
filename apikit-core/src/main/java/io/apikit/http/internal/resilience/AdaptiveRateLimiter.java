package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Pace;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Gives out permits in the order they were asked for, an interval apart, and as many at a time as {@link TokenWindow}
 * allows. A thread that waits looks again when its turn
 * should come, and every second at least, since the interval may change meanwhile. The lock is held for the look only.
 * Thread-safe.
 *
 * <p>What is learned is the interval of all replicas together. One of {@code n} keeps {@code n} times that interval. Where
 * there are fewer tokens than replicas, a replica sends only while it has a turn.
 */
public final class AdaptiveRateLimiter implements Gate {
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    /** Other replicas hear of a pause that is longer by this. */
    private static final long NOTABLE_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

    private static final long TURN_NANOS = Duration.ofSeconds(4).toNanos();

    private final Pace pace;
    private final Timing timing;
    private final TransportFailures failures;
    private final AdaptiveInterval interval;
    private final ReplicaCount replicas;
    private final @Nullable SharedPace shared;
    private final @Nullable TokenWindow tokens;
    private final WaitingLine line;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastNanos;
    private long heldUntilNanos;
    private long turnEndNanos;
    private volatile boolean isTurnWanted;

    /**
     * Creates a limiter that has sent nothing.
     *
     * @param shared hears of changes, without the lock; null if there are no other replicas
     */
    AdaptiveRateLimiter(
            Pace pace, Timing timing, TransportFailures failures, ReplicaCount replicas, @Nullable SharedPace shared) {
        this.pace = pace;
        this.timing = timing;
        this.failures = failures;
        this.replicas = replicas;
        this.shared = shared;
        this.interval = new AdaptiveInterval(pace);
        this.tokens = pace.burst() == 0 ? null : new TokenWindow(pace.burst(), pace.burstPeriod());
        this.line = new WaitingLine(pace.maxWaiting());
        this.heldUntilNanos = timing.nanoTime();
        this.turnEndNanos = heldUntilNanos;
        this.lastNanos = heldUntilNanos - interval.interval();
    }

    /** Returns a limiter that shares nothing; {@link Gate#NONE} if there is no pace. */
    public static Gate create(@Nullable Pace pace, Timing timing, TransportFailures failures) {
        return pace == null
                ? Gate.NONE
                : new AdaptiveRateLimiter(pace, timing, failures, ReplicaCount.ofOne(timing.nanoTime()), null);
    }

    @Override
    public Permit acquire(Deadline deadline) {
        var waiter = new WaitingLine.Waiter();
        try {
            var permit = tryAcquire(waiter, deadline);
            while (permit == null) {
                timing.sleep(Duration.ofNanos(Math.min(waiter.waitNanos(), LOOK_AGAIN_NANOS)));
                permit = tryAcquire(waiter, deadline);
            }
            return permit;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.interrupted(e).toError();
        } finally {
            leave(waiter);
        }
    }

    @Override
    public CallOutcome refusal() {
        return CallOutcome.PACED;
    }

    /** Returns null if the turn has not come; the waiter then knows how long that may take. */
    private @Nullable Permit tryAcquire(WaitingLine.Waiter waiter, Deadline deadline) {
        lock.lock();
        try {
            long now = timing.nanoTime();
            long wait = waitNanos(now, line.ahead(waiter));
            if (wait >= deadline.leftNanos()) {
                throw withRetryAfter(failures.noTurnInTime(), wait);
            }
            if (wait == 0) {
                return grant(waiter, now);
            }
            if (!line.join(waiter, wait)) {
                throw withRetryAfter(failures.tooManyWaiting(), wait);
            }
            return null;
        } finally {
            lock.unlock();
            if (shared != null && isTurnWanted) {
                shared.wantTurn();
            }
        }
    }

    private long waitNanos(long now, int ahead) {
        long gap = interval.interval() * replicas.alive();
        long untilNext = Math.max(lastNanos + gap - now, heldUntilNanos - now);
        long wait = Math.max(0, untilNext) + ahead * gap;
        return tokens == null ? wait : Math.max(wait, waitNanos(tokens, now, ahead));
    }

    private long waitNanos(TokenWindow window, long now, int ahead) {
        var divisor = replicas.divisor();
        var takesTurns = window.isTooSmallFor(divisor) && shared != null && !replicas.isAway();
        var hasTurn = takesTurns && turnEndNanos - now > 0;
        isTurnWanted = takesTurns && !hasTurn;
        window.divide(divisor, hasTurn);
        long wait = Math.max(replicas.closedFor(now), window.waitNanos(now, ahead));
        return isTurnWanted ? Math.max(wait, SharedPace.BETWEEN_TRIES_NANOS) : wait;
    }

    private Permit grant(WaitingLine.Waiter waiter, long now) {
        line.leave(waiter); // With the lock still held: otherwise those behind it would count it twice.
        lastNanos = now;
        long token = tokens == null ? 0 : tokens.take(now);
        return new PacedPermit(interval.interval(), waiter.hasWaited(), token);
    }

    private void end(TokenWindow taken, long token) {
        lock.lock();
        try {
            taken.end(token, timing.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void leave(WaitingLine.Waiter waiter) {
        if (waiter.isInLine()) {
            lock.lock();
            try {
                line.leave(waiter);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns how long a request would have to wait that came now. */
    private long recordRefusal(BackendResponse response, long at) {
        var asked = response.retryAfter().orElse(Duration.ZERO);
        var pause = asked.compareTo(pace.maxPause()) < 0 ? asked : pace.maxPause();
        return change(now -> {
            interval.recordRefusal(at, now);
            var longer = pause.toNanos() - Math.max(0, heldUntilNanos - now);
            heldUntilNanos = now + Math.max(heldUntilNanos - now, pause.toNanos());
            if (longer >= NOTABLE_PAUSE_NANOS) {
                interval.markChange(now);
            }
            return waitNanos(now, line.length());
        });
    }

    private void recordSuccess(long at) {
        change(now -> {
            interval.recordSuccess(at, now, replicas.alive());
            return 0L;
        });
    }

    /** Lets the other replicas know, without the lock, if there is something new. */
    private long change(LongUnaryOperator step) {
        long result;
        boolean isNews;
        lock.lock();
        try {
            var before = interval.change();
            result = step.applyAsLong(timing.nanoTime());
            isNews = interval.change() != before;
        } finally {
            lock.unlock();
        }
        if (isNews && shared != null) {
            shared.changed();
        }
        return result;
    }

    /** Returns what the other replicas have to know. */
    PaceMessage message(long sender, boolean asks) {
        lock.lock();
        try {
            var now = timing.nanoTime();
            var pause = Math.max(0, heldUntilNanos - now);
            return new PaceMessage(sender, asks, replicas.heard(), replicas.divisor(), interval.learned(now), pause);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes over what another replica knows, if that is newer.
     *
     * @return whether the other one has to hear from this one
     */
    boolean receive(PaceMessage message) {
        lock.lock();
        try {
            var now = timing.nanoTime();
            var isMore = replicas.hearFrom(message.sender(), message.replicas(), message.divisor(), now);
            if (interval.isOlderThan(message.learned())) {
                interval.takeOver(message.learned(), now);
                var pause = Math.min(message.pauseNanos(), pace.maxPause().toNanos());
                heldUntilNanos = now + Math.max(heldUntilNanos - now, pause);
                return isMore || message.asks();
            }
            return isMore || message.asks() || message.learned().change() < interval.change();
        } finally {
            lock.unlock();
        }
    }

    /** Returns whether the others have to hear from this replica. */
    boolean hear(int alive) {
        lock.lock();
        try {
            return replicas.hear(alive, timing.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    void lose() {
        lock.lock();
        try {
            replicas.lose(timing.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Returns how many turns there are at a time. */
    int turns() {
        return pace.burst();
    }

    /** Returns how long a turn is leased: the last request in it counts for a period. */
    Duration turnLength() {
        return Duration.ofNanos(TURN_NANOS)
                .plus(pace.burstPeriod().multipliedBy(21).dividedBy(20));
    }

    /** This replica has a turn, since the time at which it asked. */
    void takeTurn(long askedNanos) {
        lock.lock();
        try {
            turnEndNanos = askedNanos + TURN_NANOS;
        } finally {
            lock.unlock();
        }
    }

    private static BackendError withRetryAfter(BackendError error, long waitNanos) {
        return error.withHeader(RetryAfter.HEADER, RetryAfter.format(Duration.ofNanos(waitNanos)));
    }

    private final class PacedPermit implements Permit {
        private final long at;
        private final boolean hasWaited;

        private final long token;

        private PacedPermit(long at, boolean hasWaited, long token) {
            this.at = at;
            this.hasWaited = hasWaited;
            this.token = token;
        }

        /** The request has arrived at the backend by now. */
        @Override
        public void close() {
            if (tokens != null) {
                end(tokens, token);
            }
        }

        @Override
        public BackendResponse responded(BackendResponse response) {
            boolean isRefusal = RetryAfter.appliesTo(response.status());
            if (isRefusal) {
                long wait = recordRefusal(response, at);
                return response.onError(
                        error -> error.headers().containsKey(RetryAfter.HEADER) ? error : withRetryAfter(error, wait));
            }
            if (hasWaited && response.status() < 500) {
                recordSuccess(at);
            }
            return response;
        }
    }
}
