package io.apikit.http.internal.resilience;

import io.apikit.http.BackendResponse;
import io.apikit.http.RetryAfter;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** The pause before the next attempt. Thread-safe if its sources are. */
final class Backoff {
    private final RetryPolicy policy;
    private final InstantSource clock;
    private final DoubleSupplier random;

    /** @param random uniform in [0, 1) */
    Backoff(RetryPolicy policy, InstantSource clock, DoubleSupplier random) {
        this.policy = policy;
        this.clock = clock;
        this.random = random;
    }

    /** Returns the pause after so many attempts, the last of which failed. */
    Duration after(int attemptsMade) {
        // A day's base delay doubled 15 times still fits; by then every other has met its maximum.
        long doubled = policy.baseDelay().toMillis() << Math.min(attemptsMade - 1, 15);
        long most = Math.min(doubled, policy.maxDelay().toMillis());
        return Duration.ofNanos((long) (random.getAsDouble() * most * 1_000_000));
    }

    /**
     * Returns the pause after so many attempts, the last of which brought this response: the time that it asks for, if it
     * does ({@link RetryAfter#of}), and by chance a little more. Empty if that time is longer than the policy allows.
     *
     * @param left the time until the request's deadline, if it has one
     */
    Optional<Duration> after(int attemptsMade, BackendResponse response, Optional<Duration> left) {
        return RetryAfter.of(response, clock.instant())
                .map(asked -> later(asked, left.orElse(policy.maxDelay().multipliedBy(2))))
                .or(() -> Optional.of(after(attemptsMade)))
                .filter(delay -> delay.compareTo(policy.maxDelay()) <= 0);
    }

    private Duration later(Duration asked, Duration left) {
        return Jitter.later(asked, random.getAsDouble(), policy.maxDelay(), left);
    }
}
