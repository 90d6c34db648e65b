package io.apikit.internal.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Token buckets of one rate, one for each key. At most 50,000 keys have a bucket; of more, those that were used least are
 * forgotten. A bucket that is unused for the time in which it gets full is forgotten as well, which changes nothing.
 * Thread-safe, without locks.
 */
public final class TokenBuckets<K> {
    static final int MAX_KEYS = 50_000;

    private final Rate rate;
    private final TimeMeter time;
    private final Cache<K, Bucket> buckets;

    /**
     * Creates buckets with a capacity of {@code burst} tokens, to which one is added after each {@code refill}.
     *
     * @param name what a key is, for errors
     * @param nanoTime monotonic nanoseconds, as from {@link System#nanoTime()}
     * @throws IllegalArgumentException unless the burst is 1 to 1,000,000 and the refill 1 us to 2 h
     */
    public TokenBuckets(String name, int burst, Duration refill, LongSupplier nanoTime) {
        this(new Rate(name, burst, refill, false), nanoTime);
    }

    TokenBuckets(Rate rate, LongSupplier nanoTime) {
        this.rate = rate;
        this.time = new MonotonicTime(nanoTime);
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MAX_KEYS)
                .expireAfterAccess(rate.window())
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    Rate rate() {
        return rate;
    }

    /**
     * Takes a token if there is one.
     *
     * @return zero if a token was taken, otherwise the time until there will be one
     */
    public Duration take(K key) {
        return Duration.ofNanos(tryTake(key).getNanosToWaitForRefill());
    }

    /**
     * Takes a token, even if there is none: it is then deducted from those added later. The debt never exceeds one burst.
     */
    public void owe(K key) {
        var bucket = bucket(key);
        if (bucket.getAvailableTokens() > -rate.burst()) {
            bucket.consumeIgnoringRateLimits(1);
        }
    }

    /** Returns the time until there will be a token, without taking one; zero if there is one now. */
    public Duration untilOne(K key) {
        return Duration.ofNanos(bucket(key).estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    /** Puts a token back that was taken and not used. The bucket never has more than its capacity. */
    public void giveBack(K key) {
        bucket(key).addTokens(1);
    }

    /** Takes a token if there is one, and returns the state of the bucket. */
    ConsumptionProbe tryTake(K key) {
        return bucket(key).tryConsumeAndReturnRemaining(1);
    }

    private Bucket bucket(K key) {
        return buckets.get(key, absent -> newBucket());
    }

    /** Returns the number of keys that have a bucket. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }

    private Bucket newBucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(1, rate.refill()))
                .withCustomTimePrecision(time)
                .build();
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
