package io.apikit.internal.util;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * At most one run at a time of work whose result many callers need. The first caller leads: it runs the work, on its own
 * thread or on an executor. The others wait for the leader's result, each until its own deadline. Threadsafe; no lock is
 * held while the work runs.
 *
 * <p>A run has one result: that of the first who {@link #end ends} or {@link #complete completes} it. So a leader may be
 * given up while its work hangs, and what the work brings later is ignored. The place is free before the waiters get the
 * result: a waiter that comes again at once never meets the run it has just waited for.
 *
 * <p>A leader whose result depends on what earlier runs brought has to look for that once more after {@link #enter}: an
 * earlier run may have ended between its first look and its entry.
 *
 * <p>The methods are the seam for tests in which no time is real: they may be overridden.
 */
public class SingleFlight<T> {
    /** One thread for all: giving a run up waits for nothing. */
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final LongSupplier clock;
    private final AtomicReference<@Nullable Run<T>> place = new AtomicReference<>();

    /** On the time of {@link System#nanoTime()}. */
    public SingleFlight() {
        this(System::nanoTime);
    }

    /** On the time of this clock, in nanoseconds; only {@link Run#startNanos()} uses it. */
    public SingleFlight(LongSupplier clock) {
        this.clock = clock;
    }

    /** Returns a run that has not entered yet. */
    public Run<T> newRun() {
        return new Run<>(clock.getAsLong());
    }

    /** Returns a run that has ended with this result and never took the place. */
    public static <T> Run<T> ended(T result) {
        var run = new Run<T>(0);
        run.result.complete(result);
        return run;
    }

    /** Returns the run that has the place: this one if the place was free, so that its caller leads. */
    public Run<T> enter(Run<T> mine) {
        var running = place.compareAndExchange(null, mine);
        return running == null ? mine : running;
    }

    /** Returns the run that has the place; empty if it is free. */
    public Optional<Run<T>> running() {
        return Optional.ofNullable(place.get());
    }

    /** Reports whether the place is free. */
    public boolean isIdle() {
        return place.get() == null;
    }

    /**
     * Waits for a run's result.
     *
     * @param leftNanos how long this caller may wait, asked when the wait begins
     * @return empty if the result does not come in that time
     * @throws ExecutionException if the result could not be computed
     */
    public Optional<T> await(Run<T> run, LongSupplier leftNanos) throws InterruptedException, ExecutionException {
        try {
            return Optional.of(run.result.get(leftNanos.getAsLong(), TimeUnit.NANOSECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        }
    }

    /** Runs {@code giveUp} after this much real time, unless the run has a result by then. */
    public void giveUpAfter(Run<T> run, Duration limit, Runnable giveUp) {
        schedule(run, limit, giveUp);
    }

    /** Runs an action after this much real time, unless the run has a result by then. Its work need not have begun. */
    public void after(Run<T> run, Duration wait, Runnable action) {
        schedule(run, wait, action);
    }

    private static <T> void schedule(Run<T> run, Duration delay, Runnable action) {
        // Not on an injected clock: what hangs does not look at it.
        var pending = TIMER.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
        var unused = run.result.thenRun(() -> pending.cancel(false));
    }

    /**
     * Ends a run, unless it has a result: computes the result, frees the place, and gives the result to the waiters. If
     * the computation throws, the waiters get an {@link ExecutionException}.
     *
     * @return whether this call has decided on the result
     */
    public boolean end(Run<T> run, Supplier<T> result) {
        return complete(run, result, () -> leave(run));
    }

    /**
     * Gives the waiters a result before the work ends, unless there is one; the place stays taken until {@link #leave}.
     *
     * @return whether this call has decided on the result
     */
    public boolean complete(Run<T> run, Supplier<T> result) {
        return complete(run, result, () -> {});
    }

    /** Frees the place, if this run has it. */
    public void leave(Run<T> run) {
        place.compareAndSet(run, null);
    }

    /** Called once a run's result is decided, before the place is free and the waiters get it. */
    protected void ending(Run<T> run, T result) {}

    private boolean complete(Run<T> run, Supplier<T> computation, Runnable beforeWaiters) {
        if (!run.isDecided.compareAndSet(false, true)) {
            return false;
        }
        try {
            var result = computation.get();
            ending(run, result);
            beforeWaiters.run();
            run.result.complete(result);
            return true;
        } catch (Throwable e) {
            // A run without a result would hang its waiters, and all who come later.
            beforeWaiters.run();
            run.result.completeExceptionally(e);
            throw e;
        }
    }

    private static ScheduledThreadPoolExecutor timer() {
        var timer = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "apikit-time-limits");
            thread.setDaemon(true);
            return thread;
        });
        // Else a run that ended long ago would be kept, credentials and all, until its limit.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }

    /** One run of the work. */
    public static final class Run<T> {
        private final long startNanos;
        private final AtomicBoolean isDecided = new AtomicBoolean();
        private final CompletableFuture<T> result = new CompletableFuture<>();

        private Run(long startNanos) {
            this.startNanos = startNanos;
        }

        /** When it was made, on the clock of its {@link SingleFlight}. */
        public long startNanos() {
            return startNanos;
        }

        /** Returns its result, if it has one by now. */
        public Optional<T> result() {
            return result.isDone() && !result.isCompletedExceptionally()
                    ? Optional.of(result.join())
                    : Optional.empty();
        }
    }
}
