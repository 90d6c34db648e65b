package io.apikit.auth.internal.sharing;

import io.apikit.internal.util.BackgroundThreads;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The threads and the time of what one backend does with a store in the background. Thread-safe.
 *
 * <p>The methods are the seam for tests in which no time is real: they may be overridden.
 */
public class StoreSchedule implements AutoCloseable {
    private final ExecutorService threads = BackgroundThreads.open("apikit-store");
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
        var thread = new Thread(task, "apikit-store-timer");
        thread.setDaemon(true);
        return thread;
    });

    /** Creates a schedule without threads. */
    public StoreSchedule() {}

    /** Runs a task on a thread of its own; not at all once this is closed. */
    public void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException ignored) {
            // The backend is closed.
        }
    }

    /** Runs a task after a time, on a thread of its own; not at all once this is closed. */
    public void after(Duration wait, Runnable task) {
        try {
            // The timer's thread runs no command: one that waits would delay the leases of all others.
            var unused = timer.schedule(() -> execute(task), wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException ignored) {
            // The backend is closed.
        }
    }

    /** Waits for a signal, so long at most. */
    public void await(CompletableFuture<Void> signal, Duration longest) throws InterruptedException {
        try {
            signal.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException | ExecutionException ignored) {
            // Who waits looks at the store again.
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdownNow();
    }
}
