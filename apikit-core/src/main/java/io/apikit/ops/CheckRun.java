package io.apikit.ops;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** One run of a check. What is told of it is told once: by the check, or by its deadline if that comes first. */
final class CheckRun {
    private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** @param cause for the log: never a message, which may hold a secret */
    record Told(CheckResult result, String cause, long atNanos) {}

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
        return told.join().result() == CheckResult.TIMEOUT;
    }

    void run(Callable<Boolean> question) {
        try {
            var says = Boolean.TRUE.equals(question.call());
            tell(says ? CheckResult.UP : CheckResult.DOWN, "it says so");
        } catch (Throwable failure) {
            tell(CheckResult.DOWN, failure.getClass().getName());
        } finally {
            isOver = true;
        }
    }

    /** Waits for it, to its deadline. */
    CheckResult await() {
        var left = left();
        if (!isAwaited && left > 0 && !told.isDone()) {
            return CheckResult.TIMEOUT;
        }
        try {
            return told.get(Math.max(0, left), TimeUnit.NANOSECONDS).result();
        } catch (TimeoutException late) {
            tellLate();
            return told.join().result();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return CheckResult.TIMEOUT;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a failure is told as a result", e);
        }
    }

    private long left() {
        return deadlineNanos - clock.getAsLong();
    }

    private void tell(CheckResult result, String cause) {
        if (left() < 0) {
            tellLate();
        } else {
            tell(new Told(result, cause, clock.getAsLong()));
        }
    }

    private void tellLate() {
        tell(new Told(CheckResult.TIMEOUT, "no answer in time", clock.getAsLong()));
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
