package io.apikit.internal.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A {@link TokenBucket} of one rate for each key. At most 50,000 keys have a bucket; of more, those that were used
 * least are forgotten. A bucket that is unused for the time in which it gets full is forgotten as well, which changes
 * nothing. Thread-safe, without locks, but for {@link #refund}.
 */
public final class TokenBuckets<K> {
    static final int MAX_KEYS = 50_000;

    private final Rate rate;
    private final LongSupplier nanoTime;
    private final Cache<K, TokenBucket> buckets;

    /**
     * Creates no bucket yet: a key gets one when it is used first.
     *
     * @param nanoTime monotonic nanoseconds, as from {@link System#nanoTime()}
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
     * Takes a token if there is one.
     *
     * @return zero if a token was taken, otherwise the time until there will be one
     */
    public Duration take(K key) {
        return Duration.ofNanos(probe(key).getNanosToWaitForRefill());
    }

    /** Takes a token, even if there is none: see {@link TokenBucket#charge}. */
    public void charge(K key) {
        bucket(key).charge();
    }

    /** Returns the time until there will be this many tokens, at most the burst; zero if they are there now. */
    public Duration until(K key, int tokens) {
        var known = buckets.getIfPresent(key);
        return known == null ? Duration.ZERO : known.until(tokens);
    }

    /**
     * Puts back a token that was taken and not used: see {@link TokenBucket#refund}. A bucket that is full then is forgotten,
     * so the caller lets no other call for this key run at the same time: its token would be lost.
     */
    public void refund(K key) {
        var known = buckets.getIfPresent(key);
        if (known != null) {
            known.refund();
            if (known.until(rate.burst()).isZero()) {
                buckets.invalidate(key);
            }
        }
    }

    /** Takes a token if there is one, and returns the state of the bucket. */
    ConsumptionProbe probe(K key) {
        return bucket(key).probe();
    }

    private TokenBucket bucket(K key) {
        return buckets.get(key, absent -> new TokenBucket(rate, nanoTime));
    }

    /** Returns the number of keys that have a bucket. */
    long size() {
        buckets.cleanUp();
        return buckets.estimatedSize();
    }
}
