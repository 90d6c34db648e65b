package io.apikit.internal.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One bucket of a rate for each key. Bounded: of more keys than there is room for, those are forgotten that were seen
 * least. One unused for a whole window is full again, so forgetting that one changes nothing. Threadsafe, no locks.
 */
public final class TokenBuckets<K> {
    static final int MOST = 50_000;

    private final Rate rate;
    private final TimeMeter time;
    private final Cache<K, Bucket> buckets;

    /**
     * So many at once for each key, and one more after each refill.
     *
     * @param name what a key is, for errors
     * @param nanoTime monotonic
     * @throws IllegalArgumentException unless the burst is 1 to 1,000,000 and the refill 1 us to 2 h
     */
    public TokenBuckets(String name, int burst, Duration refill, LongSupplier nanoTime) {
        this(new Rate(name, burst, refill, false), nanoTime);
    }

    TokenBuckets(Rate rate, LongSupplier nanoTime) {
        this.rate = rate;
        this.time = new Monotonic(nanoTime);
        this.buckets = Caffeine.newBuilder()
                .maximumSize(MOST)
                .expireAfterAccess(rate.window())
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run)
                .build();
    }

    Rate rate() {
        return rate;
    }

    /** Takes one of this key's, if there is one; else it tells after how long there will be one, and takes none. */
    public Duration take(K key) {
        return Duration.ofNanos(probe(key).getNanosToWaitForRefill());
    }

    /** Takes one, of those to come if there is none now; no more than a burst of them. */
    public void owe(K key) {
        var bucket = of(key);
        if (bucket.getAvailableTokens() > -rate.burst()) {
            bucket.consumeIgnoringRateLimits(1);
        }
    }

    /** After how long there will be one of this key's; zero if there is one now. */
    public Duration untilOne(K key) {
        return Duration.ofNanos(of(key).estimateAbilityToConsume(1).getNanosToWaitForRefill());
    }

    /** One that was taken was not used; there are never more than the burst. */
    public void giveBack(K key) {
        of(key).addTokens(1);
    }

    ConsumptionProbe probe(K key) {
        return of(key).tryConsumeAndReturnRemaining(1);
    }

    private Bucket of(K key) {
        return buckets.get(key, unknown -> bucket());
    }

    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }

    private Bucket bucket() {
        return Bucket.builder()
                .addLimit(limit -> limit.capacity(rate.burst()).refillGreedy(1, rate.refill()))
                .withCustomTimePrecision(time)
                .build();
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
