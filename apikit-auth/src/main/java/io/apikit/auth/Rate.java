package io.apikit.auth;

import java.time.Duration;

/** So many at once, and one more after each refill. */
record Rate(int burst, Duration refill) {
    private static final int MOST = 1_000_000;
    private static final Duration LONGEST = Duration.ofHours(2);

    Rate {
        if (burst < 1 || burst > MOST) {
            throw new IllegalArgumentException("burst must be 1 to " + MOST + ", not " + burst);
        }
        if (refill.isNegative() || refill.isZero() || refill.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("refill must be positive and at most " + LONGEST + ", not " + refill);
        }
    }
}
