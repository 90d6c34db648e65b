package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryAfter;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Transport;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What an attempt came to: the backend's answer, or the error in place of one. */
sealed interface AttemptOutcome {
    static AttemptOutcome of(Transport transport, BackendRequest request) {
        try {
            return new Answered(transport.send(request));
        } catch (BackendError error) {
            return new Failed(error);
        }
    }

    /** The answer, or the error thrown. */
    BackendResponse get();

    boolean isRetryable(RetryPolicy policy);

    Optional<Duration> retryAfter(Instant now);

    void tell(RetryPolicy.Listener listener, int attemptsMade, int attemptsLeft);

    /** An answer of whatever status. */
    record Answered(BackendResponse response) implements AttemptOutcome {
        @Override
        public BackendResponse get() {
            return response;
        }

        @Override
        public boolean isRetryable(RetryPolicy policy) {
            return policy.retries(response.status());
        }

        @Override
        public Optional<Duration> retryAfter(Instant now) {
            return RetryAfter.appliesTo(response.status())
                    ? response.header("Retry-After").flatMap(value -> RetryAfter.delay(value, now))
                    : Optional.empty();
        }

        @Override
        public void tell(RetryPolicy.Listener listener, int attemptsMade, int attemptsLeft) {
            listener.onRetry(attemptsMade, attemptsLeft, response.status(), Optional.empty());
        }
    }

    /** No answer. */
    record Failed(BackendError error) implements AttemptOutcome {
        @Override
        public BackendResponse get() {
            throw error;
        }

        @Override
        public boolean isRetryable(RetryPolicy policy) {
            return TransportFailure.isRetryable(error);
        }

        @Override
        public Optional<Duration> retryAfter(Instant now) {
            return Optional.empty();
        }

        @Override
        public void tell(RetryPolicy.Listener listener, int attemptsMade, int attemptsLeft) {
            listener.onRetry(attemptsMade, attemptsLeft, error.statusCode(), Optional.of(error));
        }
    }
}
