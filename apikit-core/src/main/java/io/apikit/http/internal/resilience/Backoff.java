package io.apikit.http.internal.resilience;

import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** How long to wait before the next attempt; threadsafe if its sources are. */
public final class Backoff {
    private final RetryPolicy policy;
    private final InstantSource clock;
    private final DoubleSupplier random;

    public Backoff(RetryPolicy policy, InstantSource clock, DoubleSupplier random) {
        this.policy = policy;
        this.clock = clock;
        this.random = random;
    }

    /** After so many attempts; empty where the backend asks for more patience than the policy has. */
    Optional<Duration> after(int attemptsMade, AttemptOutcome outcome) {
        return outcome.retryAfter(clock.instant())
                .or(() -> Optional.of(jittered(attemptsMade)))
                .filter(delay -> delay.compareTo(policy.maxDelay()) <= 0);
    }

    private Duration jittered(int attemptsMade) {
        // A day's base delay doubled 15 times still fits; by then every other has met its maximum.
        long doubled = policy.baseDelay().toMillis() << Math.min(attemptsMade - 1, 15);
        long most = Math.min(doubled, policy.maxDelay().toMillis());
        return Duration.ofNanos((long) (random.getAsDouble() * most * 1_000_000));
    }
}
