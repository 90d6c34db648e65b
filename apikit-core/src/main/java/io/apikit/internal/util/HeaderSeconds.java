package io.apikit.internal.util;

import java.time.Duration;

/**
 * Converts a time to whole seconds for a response header, such as {@code Retry-After} (RFC 9110, section 10.2.3) or
 * {@code RateLimit}.
 */
public final class HeaderSeconds {
    private static final long NANOS_BELOW_SECOND = 999_999_999;

    private HeaderSeconds() {}

    /** Returns the seconds, rounded up, so that a client that waits as long does not come too early. At least 1. */
    public static long roundUp(Duration time) {
        return Math.max(1, time.plusNanos(NANOS_BELOW_SECOND).toSeconds());
    }
}
