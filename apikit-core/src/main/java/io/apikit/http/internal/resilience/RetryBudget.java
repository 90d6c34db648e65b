package io.apikit.http.internal.resilience;

import io.apikit.http.RetryPolicy;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The retries that all calls to one backend may make together. Each call adds a part of a retry, each retry takes a
 * whole one. The budget never holds more than at its start: after {@code n} calls to a backend that is down, at most the
 * reserve and {@code ratio * n} retries have been made, however healthy the backend was before. Thread-safe.
 */
public final class RetryBudget {
    /** With it, a service with few calls can retry at all. */
    private static final int RESERVE = 10;

    /** Counted in millionths, since no fraction adds up exactly. */
    private static final long RETRY = 1_000_000;

    private static final long MOST = RESERVE * RETRY;

    private final long perCall;
    private final boolean isFedByExchanges;
    private final AtomicLong left = new AtomicLong(MOST);
    private final LongAdder retries = new LongAdder();

    RetryBudget(double ratio) {
        this(ratio, false);
    }

    private RetryBudget(double ratio, boolean isFedByExchanges) {
        this.perCall = Math.round(ratio * RETRY);
        this.isFedByExchanges = isFedByExchanges;
    }

    /** Returns the budget of one backend. It shows in the metrics if the policy makes retries at all. */
    public static RetryBudget of(RetryPolicy policy, BackendMetrics metrics) {
        return policy.attempts() == 1
                ? new RetryBudget(policy.budget(), true)
                : new RetryBudget(policy.budget()).measuredBy(metrics);
    }

    private RetryBudget measuredBy(BackendMetrics metrics) {
        metrics.counter("apikit.backend.retries", "Requests sent again", Tags.empty(), retries);
        metrics.gauge(
                "apikit.backend.retry.budget",
                "Retries that may be made now",
                Tags.empty(),
                () -> (double) left.get() / RETRY);
        return this;
    }

    void recordCall() {
        // Read first: while the backend is healthy the budget is full, and no call writes what all others read.
        if (left.get() < MOST) {
            left.getAndUpdate(before -> Math.min(MOST, before + perCall));
        }
    }

    /** An exchange begins: it is a call of its own if the policy makes no retries. */
    public void recordExchange() {
        if (isFedByExchanges) {
            recordCall();
        }
    }

    /** Takes a retry out of the budget. Returns false if there is none. */
    public boolean tryRetry() {
        var isPaid = left.getAndUpdate(before -> before >= RETRY ? before - RETRY : before) >= RETRY;
        if (isPaid) {
            retries.increment();
        }
        return isPaid;
    }
}
