package io.apikit.http.internal.resilience;

import io.apikit.http.BackendResponse;
import io.apikit.http.RetryAfter;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
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

    static Backoff of(RetryPolicy policy) {
        return new Backoff(
                policy,
                InstantSource.system(),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    /** Returns the pause after so many attempts, the last of which failed. */
    Optional<Duration> after(int attemptsMade) {
        return Optional.of(jittered(attemptsMade));
    }

    /**
     * Returns the pause after so many attempts, the last of which brought this response: the time that it asks for, if it
     * does ({@link RetryAfter#of}). Empty if that is longer than the policy allows.
     */
    Optional<Duration> after(int attemptsMade, BackendResponse response) {
        return RetryAfter.of(response, clock.instant())
                .or(() -> after(attemptsMade))
                .filter(delay -> delay.compareTo(policy.maxDelay()) <= 0);
    }

    private Duration jittered(int attemptsMade) {
        // A day's base delay doubled 15 times still fits; by then every other has met its maximum.
        long doubled = policy.baseDelay().toMillis() << Math.min(attemptsMade - 1, 15);
        long most = Math.min(doubled, policy.maxDelay().toMillis());
        return Duration.ofNanos((long) (random.getAsDouble() * most * 1_000_000));
    }
}
