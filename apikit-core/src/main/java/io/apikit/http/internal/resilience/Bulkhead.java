package io.apikit.http.internal.resilience;

import io.apikit.http.Deadline;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.internal.util.WarningInterval;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Limits how many requests are under way at the same time. Requests beyond that wait in the order they came, for a
 * limited time and at most until their own deadline. Responses that are passed on while they are read have a limit of
 * their own, which leaves places for other requests, since a slow client may hold each of them for long. Thread-safe.
 */
public final class Bulkhead implements Gate {
    private static final Logger log = LoggerFactory.getLogger(Bulkhead.class);

    private final int permits;
    private final int streams;
    private final Semaphore free;
    private final Semaphore freeStreams;
    private final LongAdder refusedStreams = new LongAdder();
    private final WarningInterval warnings = new WarningInterval(System::nanoTime);
    private final TransportFailures failures;
    private final long maxWaitNanos;
    private final Permit permit = new BulkheadPermit();
    private final Permit streamPermit = new StreamPermit();

    /** @param streams how many of the permits streams may hold */
    public Bulkhead(int permits, int streams, Duration maxWait, TransportFailures failures) {
        this.permits = permits;
        this.streams = streams;
        this.free = new Semaphore(permits, true);
        this.freeStreams = new Semaphore(streams, true);
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
        metrics.gauge(
                "apikit.backend.streams.used",
                "Responses that are passed on while they are read",
                Tags.empty(),
                () -> streams - freeStreams.availablePermits());
        metrics.gauge(
                "apikit.backend.streams.max", "Most streams from the backend at once", Tags.empty(), () -> streams);
        metrics.counter(
                "apikit.backend.streams.refused", "Streams for which there was no place", Tags.empty(), refusedStreams);
        return this;
    }

    @Override
    public Permit acquire(Deadline deadline) {
        acquire(free, deadline, () -> failures.poolFull(null));
        return permit;
    }

    @Override
    public Permit acquireForStream(Deadline deadline) {
        acquire(freeStreams, deadline, this::streamRefused);
        var isAcquired = false;
        try {
            acquire(free, deadline, () -> failures.poolFull(null));
            isAcquired = true;
            return streamPermit;
        } finally {
            if (!isAcquired) {
                freeStreams.release();
            }
        }
    }

    private void acquire(Semaphore places, Deadline deadline, Supplier<TransportFailure> full) {
        try {
            if (places.tryAcquire(Math.min(maxWaitNanos, deadline.leftNanos()), TimeUnit.NANOSECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.interrupted(e).toError();
        }
        throw (deadline.isExpired() ? failures.deadlineBeforeSending() : full.get()).toError();
    }

    private TransportFailure streamRefused() {
        refusedStreams.increment();
        if (warnings.isOver()) {
            log.warn(
                    "all {} streams from {} are in use (http streams(n)): further ones are a 503",
                    streams,
                    failures.label().logged());
        }
        return failures.streamsFull();
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

    /** The same for a stream. */
    private final class StreamPermit implements Permit {
        @Override
        public void close() {
            free.release();
            freeStreams.release();
        }
    }
}
