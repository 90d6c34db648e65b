package io.apikit.internal.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * One {@link TokenBucket} of a rate for each key, at most 50,000. If there are more keys, those that are used least are
 * removed. A bucket that is unused for a whole window is full again, so its removal changes nothing. Thread-safe, no
 * locks.
 */
public final class TokenBuckets<K> {
    static final int MAX_KEYS = 50_000;

    private final Rate rate;
    private final LongSupplier nanoTime;
    private final Cache<K, TokenBucket> buckets;

    /**
     * Creates buckets of this rate.
     *
     * @param nanoTime a monotonic clock
     */
    public TokenBuckets(Rate rate, LongSupplier nanoTime) {
        this.rate = rate;
        this.nanoTime = nanoTime;
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
     * Takes a token of this key, if there is one now.
     *
     * @return zero if a token was taken; else the time until there is one
     */
    public Duration take(K key) {
        return Duration.ofNanos(tryTake(key).getNanosToWaitForRefill());
    }

    /** Takes a token of this key, one of the future if there is none now; at most a burst of those. */
    public void charge(K key) {
        of(key).charge();
    }

    /** Returns the time until this key has a token; zero if it has one now. */
    public Duration untilNext(K key) {
        return of(key).untilNext();
    }

    /** Gives back a token that was taken and not used. There are never more than the burst. */
    public void refund(K key) {
        of(key).refund();
    }

    ConsumptionProbe tryTake(K key) {
        return of(key).probe();
    }

    private TokenBucket of(K key) {
        return buckets.get(key, unknown -> new TokenBucket(rate, nanoTime));
    }

    /** Returns the number of keys that have a bucket. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
