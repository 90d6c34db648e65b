package io.apikit.http;

import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Watches one exchange: aborts it at its deadline, whatever it is stuck in, unless it was closed before. */
final class Watchdog implements AutoCloseable {
    /** One thread for all clients: an abort closes a socket and waits for nothing. */
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final Runnable abort;
    private final Future<?> alarm;
    private volatile boolean barked;

    private Watchdog(Deadline deadline, Runnable abort) {
        this.abort = abort;
        this.alarm = TIMER.schedule(this::bark, deadline.leftNanos(), TimeUnit.NANOSECONDS);
    }

    static Watchdog until(Deadline deadline, Runnable abort) {
        return new Watchdog(deadline, abort);
    }

    /** Whether the deadline has come: then whatever went wrong went wrong because of it. */
    boolean hasBarked() {
        return barked;
    }

    private void bark() {
        barked = true;
        abort.run();
    }

    @Override
    public void close() {
        alarm.cancel(false);
    }

    private static ScheduledThreadPoolExecutor timer() {
        var timer = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "apikit-deadlines");
            thread.setDaemon(true);
            return thread;
        });
        // Else the watch of an exchange long over would be kept until its deadline.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
