package io.apikit.http.internal.metrics;

import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/**
 * Counts and times by outcome, in histograms of fixed buckets. All outcomes are there from the start, at zero, so that
 * the first of a kind shows as a rise. Thread-safe.
 */
public final class OutcomeTimer<E extends Enum<E>> {
    private final BackendMetrics owner;

    /** Complete and never changed. */
    private final EnumMap<E, Timer> timers;

    OutcomeTimer(BackendMetrics owner, EnumMap<E, Timer> timers) {
        this.owner = owner;
        this.timers = timers;
    }

    /** Returns whether anything that is recorded is shown. */
    public boolean isBound() {
        return owner.isBound();
    }

    /** Records one more of this outcome, which took so many nanoseconds. */
    public void record(E outcome, long nanos) {
        Objects.requireNonNull(timers.get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
    }
}
