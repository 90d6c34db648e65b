package io.apikit.ops;

import io.github.bucket4j.ConsumptionProbe;

/** What one limit says to one request. */
record Count(Rate rate, ConsumptionProbe probe) {
    static <K> Count of(Buckets<K> buckets, K key) {
        return new Count(buckets.rate(), buckets.probe(key));
    }

    boolean isTaken() {
        return probe.isConsumed();
    }

    boolean isTold() {
        return rate.isTold() || !isTaken();
    }

    /** Until there is one more; where there are some left, until they are all there again. */
    long seconds() {
        return Seconds.up(probe.getRemainingTokens() == 0 ? untilOneMore() : probe.getNanosToWaitForReset());
    }

    /** An item of RateLimit. */
    String left() {
        return "\"" + rate.name() + "\";r=" + probe.getRemainingTokens() + ";t=" + seconds();
    }

    private long untilOneMore() {
        return isTaken() ? rate.refill().toNanos() : probe.getNanosToWaitForRefill();
    }
}
