package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.http.Deadline;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting for what another thread does, at most until one's own deadline. */
final class Waiting {
    private Waiting() {}

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
