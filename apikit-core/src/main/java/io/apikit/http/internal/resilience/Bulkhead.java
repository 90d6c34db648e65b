package io.apikit.http.internal.resilience;

import io.apikit.http.Deadline;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Limits how many requests are under way at the same time. Requests beyond that wait in the order they came, for a
 * limited time and at most until their own deadline. Thread-safe.
 */
public final class Bulkhead implements Gate {
    private final int permits;
    private final Semaphore free;
    private final TransportFailures failures;
    private final long maxWaitNanos;
    private final Permit permit = new BulkheadPermit();

    public Bulkhead(int permits, Duration maxWait, TransportFailures failures) {
        this.permits = permits;
        this.free = new Semaphore(permits, true);
        this.failures = failures;
        this.maxWaitNanos = maxWait.toNanos();
    }

    public Bulkhead measuredBy(BackendMetrics metrics) {
        metrics.gauge(
                "apikit.backend.places.used",
                "Requests to the backend under way",
                Tags.empty(),
                () -> permits - free.availablePermits());
        metrics.gauge("apikit.backend.places.max", "Most requests to the backend at once", Tags.empty(), () -> permits);
        metrics.gauge(
                "apikit.backend.places.pending", "Requests that wait for a place", Tags.empty(), free::getQueueLength);
        return this;
    }

    @Override
    public Permit acquire(Deadline deadline) {
        try {
            if (free.tryAcquire(Math.min(maxWaitNanos, deadline.leftNanos()), TimeUnit.NANOSECONDS)) {
                return permit;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.interrupted(e).toError();
        }
        throw (deadline.isExpired() ? failures.deadlineBeforeSending() : failures.poolFull(null)).toError();
    }

    @Override
    public CallOutcome refusal() {
        return CallOutcome.FULL;
    }

    /** One serves all requests, since it has no state of its own. */
    private final class BulkheadPermit implements Permit {
        @Override
        public void close() {
            free.release();
        }
    }
}
