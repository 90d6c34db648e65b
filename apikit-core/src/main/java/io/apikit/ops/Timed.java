package io.apikit.ops;

import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Collections;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * How often something happened, and how long it took: the sum of some timers up to a moment, or between two. Immutable.
 *
 * @param buckets how many took no longer than so many nanoseconds, those of the shorter ones among them
 */
record Timed(long count, double totalMs, SortedMap<Double, Double> buckets) {
    private static final double NANOS_PER_MS = 1e6;

    static final Timed NONE = new Timed(0, 0, Collections.emptySortedMap());

    static Timed of(Collection<Timer> timers) {
        var count = 0L;
        var totalMs = 0.0;
        var buckets = new TreeMap<Double, Double>();
        for (var timer : timers) {
            var now = timer.takeSnapshot();
            count += now.count();
            totalMs += now.total(TimeUnit.MILLISECONDS);
            for (var bucket : now.histogramCounts()) {
                if (Double.isFinite(bucket.bucket())) {
                    buckets.merge(bucket.bucket(), bucket.count(), Double::sum);
                }
            }
        }
        return new Timed(count, totalMs, buckets);
    }

    /** What came on top of this earlier sum; a timer that began anew counts as nothing. */
    Timed since(Timed earlier) {
        if (count < earlier.count) {
            return NONE;
        }
        var more = new TreeMap<Double, Double>();
        buckets.forEach((bound, sum) -> more.put(bound, Math.max(0, sum - earlier.buckets.getOrDefault(bound, 0.0))));
        return new Timed(count - earlier.count, Math.max(0, totalMs - earlier.totalMs), more);
    }

    OptionalDouble meanMs() {
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(totalMs / count);
    }

    /**
     * Within which time 99 of 100 are over: in a bucket a straight line between its bounds, past the last one that bound.
     * Empty where there is nothing to tell it from.
     */
    OptionalDouble p99Ms() {
        var within = buckets.isEmpty() ? 0 : buckets.get(buckets.lastKey());
        var rank = 0.99 * (within + slower(within));
        var lower = 0.0;
        var below = 0.0;
        for (var bucket : buckets.entrySet()) {
            if (rank > 0 && bucket.getValue() >= rank) {
                var part = (rank - below) / (bucket.getValue() - below);
                return OptionalDouble.of((lower + (bucket.getKey() - lower) * part) / NANOS_PER_MS);
            }
            lower = bucket.getKey();
            below = bucket.getValue();
        }
        return rank > 0 ? OptionalDouble.of(lower / NANOS_PER_MS) : OptionalDouble.empty();
    }

    /** Past the last bound. A request may be in the count and not yet in its bucket: then it is too quick for this. */
    private double slower(double within) {
        var beyond = Math.max(0, count - within);
        return buckets.isEmpty() || totalMs < beyond * buckets.lastKey() / NANOS_PER_MS ? 0 : beyond;
    }
}
