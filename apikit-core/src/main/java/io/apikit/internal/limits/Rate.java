package io.apikit.internal.limits;

import io.apikit.internal.util.HeaderSeconds;
import java.time.Duration;

/**
 * The rate of a token bucket: {@code burst} requests at once, and one more after each {@code refill}.
 *
 * @param name the name of the policy in response headers
 * @param burst the capacity of the bucket, 1 to 1,000,000
 * @param refill the time after which one token is added, 1 us to 2 h
 * @param isAnnounced whether every response has the state of the limit in its headers; otherwise only a response that
 *     refuses the request has it
 */
public record Rate(String name, int burst, Duration refill, boolean isAnnounced) {
    private static final int MAX_BURST = 1_000_000;
    private static final Duration MIN_REFILL = Duration.ofNanos(1_000);
    private static final Duration MAX_REFILL = Duration.ofHours(2);

    /**
     * Creates a rate.
     *
     * @throws IllegalArgumentException if the burst or the refill is out of range; the message has the name
     */
    public Rate {
        if (burst < 1 || burst > MAX_BURST) {
            throw new IllegalArgumentException(
                    "the burst per " + name + " must be 1 to " + MAX_BURST + ", not " + burst);
        }
        if (refill.compareTo(MIN_REFILL) < 0 || refill.compareTo(MAX_REFILL) > 0) {
            throw new IllegalArgumentException("the refill per " + name + " must be 1 us to 2 h, not " + refill);
        }
    }

    /** Returns the time in which an empty bucket gets full. */
    Duration window() {
        // multipliedBy needs BigDecimal, whose classes take long to load at the start. At most 7.2e18, which fits in a
        // long.
        return Duration.ofNanos(refill.toNanos() * burst);
    }

    /** Returns an item of the header RateLimit-Policy. */
    String policy() {
        return "\"" + name + "\";q=" + burst + ";w=" + HeaderSeconds.roundUp(window());
    }
}
