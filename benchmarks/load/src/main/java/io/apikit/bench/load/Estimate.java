package io.apikit.bench.load;

/**
 * About how long an experiment takes on a machine with two cores and no other work. Immutable.
 *
 * @param processes that are started
 * @param requests to all of them together
 * @param seconds of rest, and of loads that have a rate
 */
record Estimate(long processes, long requests, long seconds) {
    private static final double START_SECONDS = 3;
    private static final double REQUESTS_PER_SECOND = 9_000;

    double minutes() {
        return (processes * START_SECONDS + requests / REQUESTS_PER_SECOND + seconds) / 60;
    }
}
