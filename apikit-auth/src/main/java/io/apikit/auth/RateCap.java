package io.apikit.auth;

import io.apikit.http.Timing;
import java.time.Duration;

/**
 * Lets through what a rate allows. Threadsafe.
 *
 * <p>It keeps one number: when as many would have gone through as have, had they come a refill apart. As long as that is
 * no more than a burst ahead of now, there is one left.
 */
final class RateCap {
    private final long refillNanos;
    private final long burstNanos;
    private final Timing timing;
    private long spentNanos;

    RateCap(Rate rate, Timing timing) {
        this.refillNanos = rate.refill().toNanos();
        this.burstNanos = (rate.burst() - 1) * refillNanos;
        this.timing = timing;
        this.spentNanos = timing.nanoTime();
    }

    /** Takes one, if there is one now. */
    boolean tryTake() {
        return take(Duration.ZERO).isZero();
    }

    /**
     * Takes one that there is now or will be after at most so long, and tells after how long. If that is longer, none is
     * taken. A few instructions under the monitor, never I/O.
     */
    synchronized Duration take(Duration most) {
        var now = timing.nanoTime();
        var ahead = Math.max(0, spentNanos - now);
        var wait = Duration.ofNanos(Math.max(0, ahead - burstNanos));
        if (wait.compareTo(most) <= 0) {
            spentNanos = now + ahead + refillNanos;
        }
        return wait;
    }
}
