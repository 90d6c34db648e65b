package io.apikit.bench.load;

/** The figures of one measurement. A figure that is not available is NaN. Immutable. */
record Sample(double perSecond, double cpuMicros, double p50Millis, double p99Millis, double allocated, double rssMiB) {
    /** Returns a sample without allocation. */
    static Sample of(Load load, ProcessAccount before, ProcessAccount after) {
        return new Sample(
                load.perSecond(),
                (after.cpuMicros() - before.cpuMicros()) / load.requests(),
                load.p50().toNanos() / 1e6,
                load.p99().toNanos() / 1e6,
                Double.NaN,
                after.rssMiB());
    }

    Sample withAllocated(double allocated) {
        return new Sample(perSecond, cpuMicros, p50Millis, p99Millis, allocated, rssMiB);
    }

    @Override
    public String toString() {
        return String.format(
                "%.0f req/s, %.1f us of CPU each, p50 %.2f ms, p99 %.2f ms, RSS %.0f MiB",
                perSecond, cpuMicros, p50Millis, p99Millis, rssMiB);
    }
}
