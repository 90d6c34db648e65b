package io.apikit.status;

import io.micrometer.core.instrument.Timer;
import java.util.Collection;
import java.util.Collections;
import java.util.OptionalDouble;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * The sum of several timers, since the start of the app or between two moments. Immutable.
 *
 * @param buckets cumulative: the number of events that took no longer than the bound, by the bound in nanoseconds
 */
record TimerSnapshot(long count, double totalMs, SortedMap<Double, Double> buckets) {
    private static final double NANOS_PER_MS = 1e6;

    static final TimerSnapshot NONE = new TimerSnapshot(0, 0, Collections.emptySortedMap());

    static TimerSnapshot of(Collection<Timer> timers) {
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
        return new TimerSnapshot(count, totalMs, buckets);
    }

    /** Returns the difference to an earlier sum; {@link #NONE} if the timers were replaced in between. */
    TimerSnapshot since(TimerSnapshot earlier) {
        if (count < earlier.count) {
            return NONE;
        }
        var more = new TreeMap<Double, Double>();
        buckets.forEach((bound, sum) -> more.put(bound, Math.max(0, sum - earlier.buckets.getOrDefault(bound, 0.0))));
        return new TimerSnapshot(count - earlier.count, Math.max(0, totalMs - earlier.totalMs), more);
    }

    OptionalDouble meanMs() {
        return count == 0 ? OptionalDouble.empty() : OptionalDouble.of(totalMs / count);
    }

    /**
     * Returns the 99th percentile: linear between the bounds of a bucket, and the last bound for anything slower than
     * that. Empty if no bucket has a value.
     */
    OptionalDouble p99Ms() {
        var within = buckets.isEmpty() ? 0 : buckets.get(buckets.lastKey());
        var rank = 0.99 * (within + slower(within));
        var lower = 0.0;
        var below = 0.0;
        for (var bucket : buckets.entrySet()) {
            if (rank > 0 && bucket.getValue() >= rank) {
                var fraction = (rank - below) / (bucket.getValue() - below);
                return OptionalDouble.of((lower + (bucket.getKey() - lower) * fraction) / NANOS_PER_MS);
            }
            lower = bucket.getKey();
            below = bucket.getValue();
        }
        return rank > 0 ? OptionalDouble.of(lower / NANOS_PER_MS) : OptionalDouble.empty();
    }

    /**
     * Returns the number of events slower than the last bound. An event may be in the count and not yet in its bucket: the
     * total time then shows that it was not that slow.
     */
    private double slower(double within) {
        var beyond = Math.max(0, count - within);
        return buckets.isEmpty() || totalMs < beyond * buckets.lastKey() / NANOS_PER_MS ? 0 : beyond;
    }
}
