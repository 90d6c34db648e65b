package io.apikit.http.internal.resilience;

import io.apikit.http.Deadline;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The bulkhead: so many requests at the same time, first come first served, and none that waits beyond a limit or its
 * own deadline. Threadsafe.
 */
public final class Bulkhead implements Gate {
    private final int places;
    private final Semaphore free;
    private final TransportFailures faults;
    private final long mostNanos;
    private final Turn place = new Place();

    public Bulkhead(int places, Duration most, TransportFailures faults) {
        this.places = places;
        this.free = new Semaphore(places, true);
        this.faults = faults;
        this.mostNanos = most.toNanos();
    }

    public Bulkhead measuredBy(BackendMetrics meters) {
        meters.gauge(
                "apikit.backend.places.used",
                "Requests to the backend under way",
                Tags.empty(),
                () -> places - free.availablePermits());
        meters.gauge("apikit.backend.places.max", "Most requests to the backend at once", Tags.empty(), () -> places);
        meters.gauge(
                "apikit.backend.places.pending", "Requests that wait for a place", Tags.empty(), free::getQueueLength);
        return this;
    }

    @Override
    public Turn next(Deadline deadline) {
        try {
            if (free.tryAcquire(Math.min(mostNanos, deadline.leftNanos()), TimeUnit.NANOSECONDS)) {
                return place;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw faults.interrupted(e).toError();
        }
        throw (deadline.isExpired() ? faults.deadlineBefore() : faults.full(null)).toError();
    }

    /** One is like the other: there is nothing to tell them apart by. */
    private final class Place implements Turn {
        @Override
        public void close() {
            free.release();
        }
    }
}
