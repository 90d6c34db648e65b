package io.apikit.http.internal.resilience;

import io.apikit.http.RetryPolicy;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The retries that all calls to one backend may make together. Each call adds a part of a retry, each retry takes a
 * whole one. After {@code n} calls to a backend that is down, at most the reserve and {@code ratio * n} retries have been
 * made, however healthy the backend was before: calls that end leave no more than the reserve. What the reserve has no
 * room for is added by a call once it fails, so that calls that begin together lose nothing. Thread-safe.
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

    /** Adds the part of a call. Returns what the reserve has no room for. */
    private long fill() {
        // Read first: while the backend is healthy the budget is full, and no call writes what all others read.
        if (left.get() >= MOST) {
            return perCall;
        }
        long before = left.getAndUpdate(now -> now >= MOST ? now : Math.min(MOST, now + perCall));
        return Math.min(perCall, Math.max(0, before + perCall - MOST));
    }

    /** An exchange begins: it is a call of its own if the policy makes no retries. */
    public void recordExchange() {
        if (isFedByExchanges) {
            fill();
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

    /** What one call brings along. Used by one thread. */
    final class Share {
        private long spare;
        private boolean isAdded;

        /** The call begins. */
        Share() {
            spare = fill();
        }

        /** Takes a retry out of the budget, after what the reserve had no room for was added. */
        boolean tryRetry() {
            if (!isAdded) {
                isAdded = true;
                left.getAndAdd(spare);
            }
            boolean isPaid = RetryBudget.this.tryRetry();
            spare = isPaid ? Math.max(0, spare - RETRY) : spare;
            return isPaid;
        }

        /** The call ends: what it has not used fills the reserve, and no more. */
        void end() {
            if (isAdded) {
                left.getAndUpdate(now -> now > MOST ? Math.max(MOST, now - spare) : now);
            }
        }
    }
}
