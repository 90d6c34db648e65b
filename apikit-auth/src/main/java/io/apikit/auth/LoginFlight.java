package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A login under way, and everyone who waits for it. */
final class LoginFlight {
    /** One thread for all: giving up waits for nothing. */
    private static final ScheduledThreadPoolExecutor TIMER = timer();

    private final CompletableFuture<LoginOutcome> outcome = new CompletableFuture<>();
    private final AtomicBoolean ended = new AtomicBoolean();

    static LoginFlight landed(LoginOutcome outcome) {
        var flight = new LoginFlight();
        flight.tell(outcome);
        return flight;
    }

    /** True for one caller only: who may say how it ended. */
    boolean end() {
        return ended.compareAndSet(false, true);
    }

    void tell(LoginOutcome how) {
        outcome.complete(how);
    }

    LoginOutcome await(Deadline deadline) {
        return FlightWait.until(deadline, outcome);
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

    /** How a flight is begun, awaited, given up and landed: the seam for tests in which no time is real. */
    interface FlightScheduler {
        FlightScheduler REAL = new FlightScheduler() {};

        default LoginFlight flight() {
            return new LoginFlight();
        }

        default LoginOutcome await(LoginFlight flight, Deadline deadline) {
            return flight.await(deadline);
        }

        default void giveUpAfter(LoginFlight flight, Duration limit, Runnable giveUp) {
            flight.giveUpAfter(limit, giveUp);
        }

        /** Called when all is decided, before the place is free and anybody is told. */
        default void landing(LoginFlight flight, LoginOutcome outcome) {}
    }

    /** Waiting for what another thread does, at most until one's own deadline. */
    static final class FlightWait {
        private FlightWait() {}

        static <T> T until(Deadline deadline, CompletableFuture<T> result) {
            try {
                return result.get(deadline.leftNanos(), TimeUnit.NANOSECONDS);
            } catch (TimeoutException late) {
                throw BackendError.of(504, "The login to the backend did not end in time.");
            } catch (InterruptedException cancelled) {
                Thread.currentThread().interrupt();
                throw BackendError.of(503, "The request was cancelled while it waited for a login.");
            } catch (ExecutionException impossible) {
                throw new IllegalStateException("a flight ends with an outcome, never with an exception", impossible);
            }
        }
    }
}
