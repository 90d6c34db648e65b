package io.apikit.internal.util;

import java.time.Duration;

/**
 * Converts a time to whole seconds for a response header, such as {@code Retry-After} (RFC 9110, section 10.2.3) or
 * {@code RateLimit}. The seconds are rounded up, so that a client that waits as long does not come too early.
 */
public final class HeaderSeconds {
    private static final long MAX_NANOS_OF_SECOND = 999_999_999;

    private HeaderSeconds() {}

    /** Returns the seconds in a time, rounded up; at least 1. */
    public static long roundUp(Duration time) {
        return Math.max(1, time.plusNanos(MAX_NANOS_OF_SECOND).toSeconds());
    }

    /** Returns the seconds in a time that is given in nanoseconds, rounded up; at least 1. */
    public static long roundUp(long nanos) {
        return roundUp(Duration.ofNanos(nanos));
    }
}
