package io.apikit.http;

import io.apikit.BackendError;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * When a request is sent again, and after how long. Immutable and threadsafe.
 *
 * <p>Only an idempotent request is ({@link BackendRequest#isIdempotent()}), after one of the statuses or after a
 * transport fault that may pass: refused, reset, broken off, timed out. Not after a TLS failure, a malformed or too
 * large answer, a full pool or an error of another layer, such as a login's.
 *
 * <p>The delay is random between zero and {@code baseDelay}, doubled with each attempt up to {@code maxDelay} (full
 * jitter). {@code Retry-After} on a 429 or 503 is the delay instead, where it is seconds or a date to come (RFC 9110,
 * section 10.2.3). No retry is made that would have to wait longer than {@code maxDelay} or beyond the request's
 * deadline, nor one that the budget does not allow: then, and after the last attempt, the caller gets the last answer
 * or error.
 *
 * <p>The budget is shared by all calls to one backend: on top of a reserve of 10 retries, {@code budget} of them for
 * each call. A backend that is down so meets at most 1.2 times its load beyond the reserve, which calls that need no
 * retry fill up again.
 *
 * <p>Defaults: 3 attempts, {@code baseDelay} 100 ms, {@code maxDelay} 20 s, statuses 429, 502, 503 and 504,
 * {@code budget} 0.2, nobody listens.
 */
public final class RetryPolicy {
    private static final RetryPolicy STANDARD = builder().build();
    private static final RetryPolicy NONE = builder().attempts(1).build();

    private final int attempts;
    private final Duration baseDelay;
    private final Duration maxDelay;
    private final Set<Integer> statuses;
    private final double budget;
    private final Listener listener;

    private RetryPolicy(Builder builder) {
        this.attempts = builder.attempts;
        this.baseDelay = builder.baseDelay;
        this.maxDelay = builder.maxDelay;
        this.statuses = builder.statuses;
        this.budget = builder.budget;
        this.listener = builder.listener;
    }

    /** The defaults. */
    public static RetryPolicy standard() {
        return STANDARD;
    }

    /** One attempt only. */
    public static RetryPolicy none() {
        return NONE;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Is told of each retry, on the thread of the call, before it waits for it. Must be quick and threadsafe. */
    @FunctionalInterface
    public interface Listener {
        /**
         * An attempt failed and another one is going to be made. What this throws is logged and changes nothing.
         *
         * @param attemptsMade 1 after the first
         * @param attemptsLeft how many may follow, the one that is waited for included
         * @param status of the answer, or of the error in place of one
         * @param error empty if there was an answer
         */
        void onRetry(int attemptsMade, int attemptsLeft, int status, Optional<BackendError> error);
    }

    public int attempts() {
        return attempts;
    }

    public Duration baseDelay() {
        return baseDelay;
    }

    public Duration maxDelay() {
        return maxDelay;
    }

    public double budget() {
        return budget;
    }

    public Listener listener() {
        return listener;
    }

    public boolean retries(int status) {
        return statuses.contains(status);
    }

    /** Collects the settings; not threadsafe. Each setter refuses a bad value at once, naming it. */
    public static final class Builder {
        private int attempts = 3;
        private Duration baseDelay = Duration.ofMillis(100);
        private Duration maxDelay = Duration.ofSeconds(20);
        private Set<Integer> statuses = Set.of(429, 502, 503, 504);
        private double budget = 0.2;
        private Listener listener = (made, left, status, error) -> {};

        private Builder() {}

        /** How often a request is sent at most, the first time included: 1 to 100. */
        public Builder attempts(int attempts) {
            this.attempts = (int) OptionChecks.between("attempts", attempts, 1, 100);
            return this;
        }

        public Builder baseDelay(Duration delay) {
            this.baseDelay = OptionChecks.timeout("baseDelay", delay);
            return this;
        }

        public Builder maxDelay(Duration delay) {
            this.maxDelay = OptionChecks.timeout("maxDelay", delay);
            return this;
        }

        /** The statuses that are tried again, in place of the defaults: 400 to 599 each. */
        public Builder retryOn(int... statuses) {
            this.statuses = Arrays.stream(statuses)
                    .mapToObj(status -> (int) OptionChecks.between("retryOn", status, 400, 599))
                    .collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /**
         * How many retries each call pays for, beyond the reserve: 0 to 99. As many as there are {@code attempts} less
         * one, and the budget is no limit.
         */
        public Builder budget(double retriesPerCall) {
            this.budget = OptionChecks.between("budget", retriesPerCall, 0, 99);
            return this;
        }

        /** Who is told of retries, in place of who was named before. */
        public Builder onRetry(Listener listener) {
            this.listener = Objects.requireNonNull(listener, "listener");
            return this;
        }

        /**
         * The policy.
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
