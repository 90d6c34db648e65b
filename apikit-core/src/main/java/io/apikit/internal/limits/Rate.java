package io.apikit.internal.limits;

import io.apikit.internal.util.HeaderSeconds;
import java.time.Duration;

/**
 * So many requests at once, and one more after each refill.
 *
 * @param name the policy's, in answers
 * @param isTold whether every answer tells of it, or only one that it refuses
 */
public record Rate(String name, int burst, Duration refill, boolean isTold) {
    private static final int MOST = 1_000_000;
    private static final Duration SHORTEST = Duration.ofNanos(1_000);
    private static final Duration LONGEST = Duration.ofHours(2);

    public Rate {
        if (burst < 1 || burst > MOST) {
            throw new IllegalArgumentException("the burst per " + name + " must be 1 to " + MOST + ", not " + burst);
        }
        if (refill.compareTo(SHORTEST) < 0 || refill.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("the refill per " + name + " must be 1 us to 2 h, not " + refill);
        }
    }

    /** After so long, all that was taken is there again. */
    Duration window() {
        // Not by multipliedBy, which wants BigDecimal: slow to set up at the start. At most 7.2e18, which fits.
        return Duration.ofNanos(refill.toNanos() * burst);
    }

    /** An item of RateLimit-Policy. */
    String policy() {
        return "\"" + name + "\";q=" + burst + ";w=" + HeaderSeconds.up(window());
    }
}
