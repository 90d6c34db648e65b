package io.apikit.auth.internal.logins;

import io.apikit.http.Timing;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one warning a minute through, so that nobody from outside can fill the log. Thread-safe. */
public final class WarningLimit {
    private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();

    private final Timing timing;
    private final AtomicLong lastNanos;

    /** Creates a limit whose first warning is due at once. */
    public WarningLimit(Timing timing) {
        this.timing = timing;
        this.lastNanos = new AtomicLong(timing.nanoTime() - INTERVAL_NANOS);
    }

    /** Returns whether a warning may be logged now; if so, the next one is due in a minute. */
    public boolean isDue() {
        var now = timing.nanoTime();
        var last = lastNanos.get();
        return now - last >= INTERVAL_NANOS && lastNanos.compareAndSet(last, now);
    }
}
