package io.apikit.internal.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A token bucket of a rate: full at first, then refilled at a constant speed up to the burst. Thread-safe, no locks.
 */
public final class TokenBucket {
    private final Rate rate;
    private final Bucket bucket;

    /**
     * Creates a full bucket.
     *
     * @param nanoTime a monotonic clock
     */
    public TokenBucket(Rate rate, LongSupplier nanoTime) {
        this.rate = rate;
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(1, rate.refill()))
                .withCustomTimePrecision(new Monotonic(nanoTime))
                .build();
    }

    /** Takes a token, if there is one now. */
    public boolean tryTake() {
        return bucket.tryConsume(1);
    }

    /**
     * Takes a token that is available within {@code maxWait}. Does not wait itself. Requests that take a token of the
     * future wait in the order in which they took it.
     *
     * @return the time until the token is available. If it is longer than {@code maxWait}, no token was taken
     */
    public Duration take(Duration maxWait) {
        if (maxWait.isNegative() || maxWait.isZero()) {
            return Duration.ofNanos(probe().getNanosToWaitForRefill());
        }
        var wait = new AtomicLong();
        return bucket.asBlocking().tryConsumeUninterruptibly(1, maxWait.toNanos(), wait::set)
                ? Duration.ofNanos(wait.get())
                : longer(untilNext(), maxWait);
    }

    /** Takes a token, one of the future if there is none now; at most a burst of those. */
    void charge() {
        if (bucket.getAvailableTokens() > -rate.burst()) {
            bucket.consumeIgnoringRateLimits(1);
        }
    }

    /** Gives back a token that was taken and not used. There are never more than the burst. */
    void refund() {
        bucket.addTokens(1);
    }

    /** Returns the time until there is a token; zero if there is one now. */
    Duration untilNext() {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    ConsumptionProbe probe() {
        return bucket.tryConsumeAndReturnRemaining(1);
    }

    /** The time goes on between the two questions: a wait that was too long must not look short enough. */
    private static Duration longer(Duration wait, Duration maxWait) {
        return wait.compareTo(maxWait) > 0 ? wait : maxWait.plusNanos(1);
    }

    private record Monotonic(LongSupplier nanoTime) implements TimeMeter {
        @Override
        public long currentTimeNanos() {
            return nanoTime.getAsLong();
        }

        @Override
        public boolean isWallClockBased() {
            return false;
        }
    }
}
