package io.apikit.internal.limits;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * A token bucket. It is full at first, and is refilled at a constant rate up to its capacity, the burst. Thread-safe,
 * without locks.
 */
public final class TokenBucket {
    private final Rate rate;
    private final Bucket bucket;

    /**
     * Creates a full bucket.
     *
     * @param nanoTime monotonic nanoseconds, as from {@link System#nanoTime()}
     */
    public TokenBucket(Rate rate, LongSupplier nanoTime) {
        this.rate = rate;
        this.bucket = Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(1, rate.refill()))
                .withCustomTimePrecision(new MonotonicTime(nanoTime))
                .build();
    }

    /** Takes a token if there is one now, and returns whether it did. */
    public boolean tryTake() {
        return bucket.tryConsume(1);
    }

    /**
     * Takes a token that is or will be available within {@code maxWait}, and returns at once. Tokens that will be
     * available are assigned in the order of the calls.
     *
     * @return the time until the token is available; if it is longer than {@code maxWait}, no token was taken
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

    /**
     * Takes a token, even if there is none: it is then deducted from those added later. The debt never exceeds one
     * burst.
     */
    void charge() {
        if (bucket.getAvailableTokens() > -rate.burst()) {
            bucket.consumeIgnoringRateLimits(1);
        }
    }

    /** Puts back a token that was taken and not used. The bucket never has more than its capacity. */
    public void refund() {
        bucket.addTokens(1);
    }

    /** Returns the time until there will be a token, without taking one; zero if there is one now. */
    Duration untilNext() {
        return until(1);
    }

    /** Returns the time until there will be this many tokens, at most the burst; zero if they are there now. */
    public Duration until(int tokens) {
        return Duration.ofNanos(bucket.estimateAbilityToConsume(tokens).getNanosToWaitForRefill());
    }

    /** Takes a token if there is one, and returns the state of the bucket. */
    ConsumptionProbe probe() {
        return bucket.tryConsumeAndReturnRemaining(1);
    }

    /** Time passes between the two calls: the wait that is returned must still exceed {@code maxWait}. */
    private static Duration longer(Duration wait, Duration maxWait) {
        return wait.compareTo(maxWait) > 0 ? wait : maxWait.plusNanos(1);
    }

    private record MonotonicTime(LongSupplier nanoTime) implements TimeMeter {
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
