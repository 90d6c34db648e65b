package io.apikit.auth;

import io.apikit.http.Timing;
import java.time.Duration;

/** How often one session may renew its login: a burst, then one more per refill. Threadsafe. */
final class RenewalCap {
    private final int burst;
    private final long refillNanos;
    private final Timing timing;
    private int left;
    private long sinceNanos;

    RenewalCap(int burst, Duration refill, Timing timing) {
        this.burst = burst;
        this.refillNanos = refill.toNanos();
        this.timing = timing;
        this.left = burst;
        this.sinceNanos = timing.nanoTime();
    }

    /** Takes one, if there is one; a few instructions under the monitor, never I/O. */
    synchronized boolean tryTake() {
        var now = timing.nanoTime();
        var refills = (now - sinceNanos) / refillNanos;
        left = (int) Math.min(burst, left + refills);
        sinceNanos = left == burst ? now : sinceNanos + refills * refillNanos;
        if (left == 0) {
            return false;
        }
        left--;
        return true;
    }
}
