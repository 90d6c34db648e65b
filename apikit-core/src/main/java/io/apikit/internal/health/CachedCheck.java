package io.apikit.internal.health;

import io.apikit.internal.util.BackgroundThreads;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A check that never runs twice at the same time, nor again while what it said is fresh, however many ask. One that was
 * late is not waited for again: or each probe would take as long as a prober has patience. The log has a line when it
 * goes down and one when it is up again. Threadsafe.
 */
final class CachedCheck {
    private static final Logger LOG = LoggerFactory.getLogger(CachedCheck.class);

    /** Of the whole process. */
    private static final Executor THREADS = BackgroundThreads.open("apikit-check");

    private final HealthCheck check;
    private final long timeoutNanos;
    private final LongSupplier clock;
    private final AtomicReference<@Nullable CheckRun> latest = new AtomicReference<>();
    private final AtomicBoolean wasUp = new AtomicBoolean(true);

    CachedCheck(HealthCheck check, long timeoutNanos, LongSupplier clock) {
        this.check = check;
        this.timeoutNanos = timeoutNanos;
        this.clock = clock;
    }

    String name() {
        return check.name();
    }

    boolean isHard() {
        return check.isHard();
    }

    /** The run that answers for it now: a new one, unless there is one. */
    CheckRun current() {
        var last = latest.get();
        if (last != null && last.isCurrent()) {
            return last;
        }
        var next = new CheckRun(clock, timeoutNanos, last == null || !last.wasLate(), this::note);
        var first = latest.compareAndExchange(last, next);
        if (first != last && first != null) {
            return first;
        }
        start(next);
        return next;
    }

    private void start(CheckRun run) {
        try {
            THREADS.execute(() -> run.run(check.question()));
        } catch (RuntimeException | OutOfMemoryError noThread) {
            run.run(() -> {
                throw new IllegalStateException("no thread for a check", noThread);
            });
        }
    }

    private void note(CheckRun.Told told) {
        var isUp = told.result() == Result.UP;
        if (wasUp.getAndSet(isUp) == isUp) {
            return;
        }
        if (isUp) {
            LOG.info("the check {} is up again", check.name());
        } else {
            LOG.warn("the check {} is down: {}", check.name(), told.cause());
        }
    }

    /** One run of a check. What is told of it is told once: by the check, or by its deadline if that comes first. */
    static final class CheckRun {
        private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

        /** @param cause for the log: never a message, which may hold a secret */
        record Told(Result result, String cause, long atNanos) {}

        private final LongSupplier clock;
        private final long deadlineNanos;
        private final boolean isAwaited;
        private final Consumer<Told> log;
        private final AtomicBoolean isTold = new AtomicBoolean();
        private final CompletableFuture<Told> told = new CompletableFuture<>();
        private volatile boolean isOver;

        /** Nobody waits for one that is not awaited: it counts as late until it tells something else. */
        CheckRun(LongSupplier clock, long timeoutNanos, boolean isAwaited, Consumer<Told> log) {
            this.clock = clock;
            this.deadlineNanos = clock.getAsLong() + timeoutNanos;
            this.isAwaited = isAwaited;
            this.log = log;
        }

        /** Whether it stands for its check still: it goes on, however long, or what it told is not a second old. */
        boolean isCurrent() {
            return !isOver || clock.getAsLong() - told.join().atNanos() < FRESH_NANOS;
        }

        /** Of one that is not current any more. */
        boolean wasLate() {
            return told.join().result() == Result.TIMEOUT;
        }

        void run(Callable<Boolean> question) {
            try {
                var says = Boolean.TRUE.equals(question.call());
                tell(says ? Result.UP : Result.DOWN, "it says so");
            } catch (Throwable failure) {
                tell(Result.DOWN, failure.getClass().getName());
            } finally {
                isOver = true;
            }
        }

        /** Waits for it, to its deadline. */
        Result await() {
            var left = left();
            if (!isAwaited && left > 0 && !told.isDone()) {
                return Result.TIMEOUT;
            }
            try {
                return told.get(Math.max(0, left), TimeUnit.NANOSECONDS).result();
            } catch (TimeoutException late) {
                tellLate();
                return told.join().result();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Result.TIMEOUT;
            } catch (ExecutionException e) {
                throw new IllegalStateException("a failure is told as a result", e);
            }
        }

        private long left() {
            return deadlineNanos - clock.getAsLong();
        }

        private void tell(Result result, String cause) {
            if (left() < 0) {
                tellLate();
            } else {
                tell(new Told(result, cause, clock.getAsLong()));
            }
        }

        private void tellLate() {
            tell(new Told(Result.TIMEOUT, "no answer in time", clock.getAsLong()));
        }

        private void tell(Told first) {
            if (isTold.compareAndSet(false, true)) {
                try {
                    log.accept(first);
                } finally {
                    told.complete(first);
                }
            }
        }
    }

    /** The result of a check, or that it had none in time. */
    enum Result {
        UP,
        DOWN,
        TIMEOUT;

        /** Returns the word for it in responses of probes. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
