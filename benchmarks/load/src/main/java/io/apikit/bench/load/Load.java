package io.apikit.bench.load;

import java.time.Duration;

/**
 * The result of a load. Immutable.
 *
 * @param requests that got a response
 * @param errors of sockets, timeouts included
 * @param statuses responses that were no success
 */
record Load(long requests, Duration time, Duration p50, Duration p99, Duration p999, long errors, long statuses) {
    /** @param sorted the latencies in nanoseconds, the shortest first */
    static Load of(long[] sorted, Duration time, long errors, long statuses) {
        return new Load(
                sorted.length,
                time,
                percentile(sorted, 0.5),
                percentile(sorted, 0.99),
                percentile(sorted, 0.999),
                errors,
                statuses);
    }

    private static Duration percentile(long[] sorted, double share) {
        return sorted.length == 0
                ? Duration.ZERO
                : Duration.ofNanos(sorted[(int) Math.min(sorted.length - 1L, (long) (share * sorted.length))]);
    }

    double perSecond() {
        return requests * 1e9 / time.toNanos();
    }

    boolean isClean() {
        return requests > 0 && errors == 0 && statuses == 0;
    }
}
