package io.apikit.http;

import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The bulkhead: so many requests at the same time, first come first served, and none that waits beyond a limit or its
 * own deadline. Threadsafe.
 */
final class Places implements Turns {
    private final int places;
    private final Semaphore free;
    private final Faults faults;
    private final long mostNanos;
    private final Turn place = new Place();

    Places(int places, Duration most, Faults faults) {
        this.places = places;
        this.free = new Semaphore(places, true);
        this.faults = faults;
        this.mostNanos = most.toNanos();
    }

    Places measuredBy(BackendMeters meters) {
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
        throw (deadline.passed() ? faults.deadlineBefore() : faults.full(null)).toError();
    }

    /** One is like the other: there is nothing to tell them apart by. */
    private final class Place implements Turn {
        @Override
        public void close() {
            free.release();
        }
    }
}
