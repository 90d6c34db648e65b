package io.apikit.http;

import io.apikit.BackendError;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When a request is sent again, and after how long. Immutable and thread-safe.
 *
 * <p>An idempotent request is sent again ({@link BackendRequest#isIdempotent()}) after a response with one of the
 * {@code statuses}, or after a transport failure that may be temporary. Those are a connection that was refused, reset
 * or broken off, and a timeout. A TLS failure, a malformed or too large response, a full pool and an error of another
 * layer, such as a login's, are not retried.
 *
 * <p>Any other request is sent again only after a status that says that nothing was done
 * ({@link Builder#retryPostOn}). A DELETE is not sent again after a 504, or if no response came in time: it may have
 * been carried out, and the second one would be a 404 ({@link BackendRequest#isRepeatableAfterTimeout()}).
 *
 * <p>The delay is random between zero and {@code baseDelay}, doubled with each attempt up to {@code maxDelay} (full
 * jitter). A {@code Retry-After} on a 429 or 503, in seconds or as a date in the future, replaces it (RFC 9110, section
 * 10.2.3). Where there is none, {@code RateLimit-Reset} or {@code X-RateLimit-Reset} does. The retry is then made by
 * chance up to a fifth of that time later, and never earlier: many clients may have been asked for the same time. No
 * retry is made that would have to wait longer than {@code maxDelay} or beyond the request's deadline, or that the budget
 * does not allow. Then, and after the last attempt, the caller gets the last response or error.
 *
 * <p>The budget is shared by all calls to one backend: a reserve of 10 retries, and {@code budget} further retries for
 * each call, however many begin together. So a backend that is down receives at most 1.2 times its load beyond the
 * reserve, repeats on a new connection after the loss of a kept one included. Calls that need no retry fill the reserve
 * up again.
 *
 * <p>Defaults: {@code attempts} 3, {@code baseDelay} 100 ms, {@code maxDelay} 20 s, {@code statuses} 429, 502, 503 and
 * 504, none for requests that are not idempotent, {@code budget} 0.2, no listener.
 */
public final class RetryPolicy {
    private static final RetryPolicy STANDARD = builder().build();
    private static final RetryPolicy NONE = builder().attempts(1).build();

    private final int attempts;
    private final Duration baseDelay;
    private final Duration maxDelay;
    private final Set<Integer> statuses;
    private final Set<Integer> postStatuses;
    private final double budget;
    private final Listener listener;

    private RetryPolicy(Builder builder) {
        this.attempts = builder.attempts;
        this.baseDelay = builder.baseDelay;
        this.maxDelay = builder.maxDelay;
        this.statuses = builder.statuses;
        this.postStatuses = builder.postStatuses;
        this.budget = builder.budget;
        this.listener = builder.listener;
    }

    /** Returns the policy with all defaults. */
    public static RetryPolicy standard() {
        return STANDARD;
    }

    /** Returns the policy of one attempt only. */
    public static RetryPolicy none() {
        return NONE;
    }

    /** Returns a builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * Is called before each retry and its delay, on the thread of the call. An implementation must be quick and
     * thread-safe.
     */
    @FunctionalInterface
    public interface Listener {
        /**
         * Reports that an attempt failed and another one will be made. An exception that this throws is logged and
         * changes nothing.
         *
         * @param attemptsMade the number of attempts so far: 1 after the first
         * @param attemptsLeft how many attempts may follow, the next one included
         * @param status the status of the response, or of the error if there was none
         * @param error the error; empty if there was a response
         */
        void onRetry(int attemptsMade, int attemptsLeft, int status, Optional<BackendError> error);
    }

    /** Returns how often a request is sent at most, the first time included. */
    public int attempts() {
        return attempts;
    }

    /** Returns the longest delay before the first retry. */
    public Duration baseDelay() {
        return baseDelay;
    }

    /** Returns the longest delay before any retry. */
    public Duration maxDelay() {
        return maxDelay;
    }

    /** Returns how many retries each call adds to the budget, beyond the reserve. */
    public double budget() {
        return budget;
    }

    /** Returns the listener; by default it does nothing. */
    public Listener listener() {
        return listener;
    }

    /** Returns whether a response of this status is retried, for an idempotent request. */
    public boolean retries(int status) {
        return statuses.contains(status);
    }

    /** Returns whether a response of this status is retried, for a request that is not idempotent. */
    public boolean retriesPost(int status) {
        return postStatuses.contains(status);
    }

    /**
     * Collects the settings; not thread-safe. Each setter throws an {@link IllegalArgumentException} that names the
     * setting if the value is out of its range.
     */
    public static final class Builder {
        private int attempts = 3;
        private Duration baseDelay = Duration.ofMillis(100);
        private Duration maxDelay = Duration.ofSeconds(20);
        private Set<Integer> statuses = Set.of(429, 502, 503, 504);
        private Set<Integer> postStatuses = Set.of();
        private double budget = 0.2;
        private Listener listener = (made, left, status, error) -> {};

        private Builder() {}

        /** Sets how often a request is sent at most, the first time included: 1 to 100. */
        public Builder attempts(int attempts) {
            this.attempts = (int) OptionChecks.between("attempts", attempts, 1, 100);
            return this;
        }

        /** Sets the longest delay before the first retry; it doubles with each further one: 1 ms to 1 day. */
        public Builder baseDelay(Duration delay) {
            this.baseDelay = OptionChecks.timeout("baseDelay", delay);
            return this;
        }

        /** Sets the longest delay before any retry: 1 ms to 1 day, and not shorter than the base delay. */
        public Builder maxDelay(Duration delay) {
            this.maxDelay = OptionChecks.timeout("maxDelay", delay);
            return this;
        }

        /** Sets the statuses that are retried, in place of the defaults: 400 to 599 each. */
        public Builder retryOn(int... statuses) {
            this.statuses = checked("retryOn", statuses);
            return this;
        }

        /**
         * Sets the statuses by which this backend says that it has done nothing: 400 to 599 each. After them, POST, PATCH
         * and every other request that is not idempotent is sent again too, if its body can be. They replace earlier ones;
         * the statuses of idempotent requests stay. Default: none.
         *
         * <p>For most backends {@code retryPostOn(429)} is right. A 503 or 504 says so only where the backend promises it.
         */
        public Builder retryPostOn(int... statuses) {
            this.postStatuses = checked("retryPostOn", statuses);
            return this;
        }

        private static Set<Integer> checked(String setting, int... statuses) {
            return Arrays.stream(statuses)
                    .mapToObj(status -> (int) OptionChecks.between(setting, status, 400, 599))
                    .collect(Collectors.toUnmodifiableSet());
        }

        /**
         * Sets how many retries each call adds to the budget, beyond the reserve: 0 to 99. With {@code attempts} less
         * one, the budget never limits.
         */
        public Builder budget(double retriesPerCall) {
            this.budget = OptionChecks.between("budget", retriesPerCall, 0, 99);
            return this;
        }

        /** Sets the listener that retries are reported to, in place of an earlier one. */
        public Builder onRetry(Listener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * Returns the policy.
         *
         * @throws IllegalArgumentException if {@code maxDelay} is shorter than {@code baseDelay}
         */
        public RetryPolicy build() {
            if (maxDelay.compareTo(baseDelay) < 0) {
                throw new IllegalArgumentException(
                        "maxDelay must not be shorter than baseDelay: " + maxDelay + " < " + baseDelay);
            }
            return new RetryPolicy(this);
        }
    }
}
