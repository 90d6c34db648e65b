package io.apikit.internal.util;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/** Lets one warning a minute pass, so that those who cause it cannot fill the log. Thread-safe. */
public final class WarningInterval {
    private static final long INTERVAL_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final LongSupplier nanoTime;
    private final AtomicLong next;

    /** @param nanoTime monotonic nanoseconds, as from {@link System#nanoTime()} */
    public WarningInterval(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
        this.next = new AtomicLong(nanoTime.getAsLong());
    }

    /** Returns whether a warning may be logged now, and begins the next interval if so. */
    public boolean isOver() {
        var now = nanoTime.getAsLong();
        var due = next.get();
        return now - due >= 0 && next.compareAndSet(due, now + INTERVAL_NANOS);
    }
}
