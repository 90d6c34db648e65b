package io.apikit.auth.internal.sharing;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.apikit.http.Timing;
import io.apikit.internal.limits.Rate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one replica knows of many buckets of one rate, by their names: the time until each is full. A bucket that is full is
 * forgotten. Of more than 50,000, those that were used least are. Thread-safe.
 *
 * <p>A bucket may be in debt, as far as that is not more than a thousand tokens.
 */
final class BucketLedger {
    private static final int MOST_BUCKETS = 50_000;
    private static final int MOST_DEBT = 1_000;

    private final Rate rate;
    private final long refill;
    private final Timing timing;
    private final Cache<String, Entry> entries;

    BucketLedger(Rate rate, Timing timing) {
        this.rate = rate;
        this.refill = rate.refill().toNanos();
        this.timing = timing;
        this.entries = Caffeine.newBuilder()
                .maximumSize(MOST_BUCKETS)
                .expireAfter(Expiry.<String, Entry>writing((name, entry) -> Duration.ofNanos(missing(entry))))
                .ticker(timing::nanoTime)
                .executor(Runnable::run)
                .build();
    }

    /** Returns the time until a bucket has so many tokens, at most the burst; zero if it has them now. */
    Duration until(String name, int tokens) {
        return Duration.ofNanos(until(entries.getIfPresent(name), tokens));
    }

    /** Returns whether a bucket has had no token since it was full. */
    boolean wasEmptied(String name) {
        var entry = entries.getIfPresent(name);
        return entry != null && entry.wasEmptied && missing(entry) > 0;
    }

    /**
     * Takes tokens of a bucket, if it has as many as demanded.
     *
     * @return zero if they were taken; otherwise the time until it has as many as demanded
     */
    Duration take(String name, int demanded, int cost) {
        var wait = new long[1];
        change(name, known -> {
            wait[0] = until(known, demanded);
            return wait[0] > 0 ? known : moved(known, cost);
        });
        return Duration.ofNanos(wait[0]);
    }

    /** Takes tokens of a bucket that may have none. */
    void charge(String name, int cost) {
        change(name, known -> moved(known, cost));
    }

    /** Puts tokens back. */
    void refund(String name, int cost) {
        change(name, known -> moved(known, -cost));
    }

    /** It takes so long at least until the bucket has so many tokens. */
    void learn(String name, int tokens, Duration wait) {
        change(name, known -> {
            var missing = Math.min(wait.toNanos(), tokens * refill) + (rate.burst() - tokens) * refill;
            return missing > missing(known) ? entry(known, missing) : known;
        });
    }

    /** Returns the names of buckets that are not full, with the number of their tokens. */
    List<Map.Entry<String, Integer>> tokens() {
        return entries.asMap().entrySet().stream()
                .map(bucket -> Map.entry(bucket.getKey(), tokens(bucket.getValue())))
                .filter(bucket -> bucket.getValue() < rate.burst())
                .toList();
    }

    private int tokens(Entry entry) {
        var full = rate.burst() * refill;
        return (int) (Math.max(0, full - missing(entry)) / refill);
    }

    private void change(String name, Change change) {
        entries.asMap().compute(name, (same, known) -> {
            var next = change.of(known);
            return next == null || missing(next) == 0 ? null : next;
        });
    }

    private Entry moved(@Nullable Entry known, int cost) {
        return entry(known, Math.min(missing(known) + cost * refill, (rate.burst() + MOST_DEBT) * refill));
    }

    private Entry entry(@Nullable Entry known, long missing) {
        var isEmpty = missing > (rate.burst() - 1) * refill;
        var wasEmptied = isEmpty || (known != null && missing(known) > 0 && known.wasEmptied);
        return new Entry(timing.nanoTime() + missing, wasEmptied);
    }

    private long until(@Nullable Entry entry, int tokens) {
        return Math.max(0, missing(entry) - (rate.burst() - tokens) * refill);
    }

    private long missing(@Nullable Entry entry) {
        return entry == null ? 0 : Math.max(0, entry.fullNanos - timing.nanoTime());
    }

    /**
     * What is known of one bucket.
     *
     * @param fullNanos when it is full
     * @param wasEmptied whether it has had no token since it was full
     */
    private record Entry(long fullNanos, boolean wasEmptied) {}

    private interface Change {
        @Nullable
        Entry of(@Nullable Entry known);
    }
}
