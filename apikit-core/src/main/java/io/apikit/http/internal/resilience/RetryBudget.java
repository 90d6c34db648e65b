package io.apikit.http.internal.resilience;

import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * What the retries of all calls to one backend are paid from: each call pays a part of a retry in, each retry takes a
 * whole one out. It never holds more than it began with, so that after {@code n} calls to a backend that died no more
 * than the reserve and {@code ratio * n} retries have been made, however healthy it was before. Threadsafe.
 */
public final class RetryBudget {
    /** So that a service with few calls can retry at all. */
    private static final int RESERVE = 10;

    /** Counted in millionths, since no fraction adds up exactly. */
    private static final long RETRY = 1_000_000;

    private static final long MOST = RESERVE * RETRY;

    private final long perCall;
    private final AtomicLong left = new AtomicLong(MOST);
    private final LongAdder retries = new LongAdder();

    public RetryBudget(double ratio) {
        this.perCall = Math.round(ratio * RETRY);
    }

    public RetryBudget measuredBy(BackendMetrics meters) {
        meters.counter("apikit.backend.retries", "Requests sent again", Tags.empty(), retries);
        meters.gauge(
                "apikit.backend.retry.budget",
                "Retries that may be made now",
                Tags.empty(),
                () -> (double) left.get() / RETRY);
        return this;
    }

    void call() {
        // Read first: as long as all is well it is full, and no call writes what every other one reads.
        if (left.get() < MOST) {
            left.getAndUpdate(before -> Math.min(MOST, before + perCall));
        }
    }

    boolean tryRetry() {
        var isPaid = left.getAndUpdate(before -> before >= RETRY ? before - RETRY : before) >= RETRY;
        if (isPaid) {
            retries.increment();
        }
        return isPaid;
    }
}
