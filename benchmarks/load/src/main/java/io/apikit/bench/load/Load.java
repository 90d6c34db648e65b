package io.apikit.bench.load;

import java.time.Duration;

/**
 * The result of a load. Immutable.
 *
 * @param requests that got a response
 * @param errors of sockets, timeouts included
 * @param statuses responses that were no success
 */
record Load(long requests, Duration time, Duration p50, Duration p99, long errors, long statuses) {
    double perSecond() {
        return requests * 1e9 / time.toNanos();
    }

    boolean isClean() {
        return requests > 0 && errors == 0 && statuses == 0;
    }
}
