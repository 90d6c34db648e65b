package io.apikit.http.internal.resilience;

import io.apikit.http.Timing;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/**
 * A clock on monotonic time, for differences only: it never jumps, and begins at the epoch when it is made.
 * Thread-safe.
 */
final class MonotonicClock extends Clock {
    private final Timing timing;
    private final long startNanos;

    MonotonicClock(Timing timing) {
        this.timing = timing;
        this.startNanos = timing.nanoTime();
    }

    @Override
    public Instant instant() {
        return Instant.EPOCH.plusNanos(timing.nanoTime() - startNanos);
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
