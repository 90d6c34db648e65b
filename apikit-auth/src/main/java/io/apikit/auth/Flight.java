package io.apikit.auth;

import io.apikit.http.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A login under way, and everyone who waits for it. */
final class Flight {
    /** One thread for all: giving up waits for nothing. */
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    static Flight landed(Outcome outcome) {
        var flight = new Flight();
        flight.tell(outcome);
        return flight;
    }

    /** True for one caller only: who may say how it ended. */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    void tell(Outcome how) {
        outcome.complete(how);
    }

    Outcome await(Deadline deadline) {
        return Waiting.until(deadline, outcome);
    }

    /** Real time on purpose: what hangs does not look at an injected clock. */
    void giveUpAfter(Duration limit, Runnable giveUp) {
        var pending = TIMER.schedule(giveUp, limit.toNanos(), TimeUnit.NANOSECONDS);
        var unused = outcome.thenRun(() -> pending.cancel(false));
    }

    private static ScheduledThreadPoolExecutor timer() {
        var timer = new ScheduledThreadPoolExecutor(1, task -> {
            var thread = new Thread(task, "apikit-login-limits");
            thread.setDaemon(true);
            return thread;
        });
        // Else a login long over would be kept, credentials and all, until its limit.
        timer.setRemoveOnCancelPolicy(true);
        return timer;
    }
}
