package io.apikit.internal.util;

/**
 * Converts a time to whole seconds for a response header, such as {@code Retry-After} (RFC 9110, section 10.2.3) or
 * {@code RateLimit}.
 */
public final class HeaderSeconds {
    private static final long NANOS_PER_SECOND = 1_000_000_000;

    private HeaderSeconds() {}

    /**
     * Returns the seconds, rounded up, so that a client who waits as long does not come too early. At least 1.
     *
     * @param nanos the time in nanoseconds
     */
    public static long roundUp(long nanos) {
        return Math.max(1, (nanos + NANOS_PER_SECOND - 1) / NANOS_PER_SECOND);
    }
}
