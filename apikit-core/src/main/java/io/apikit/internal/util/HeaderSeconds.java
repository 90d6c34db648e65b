package io.apikit.internal.util;

/** Whole seconds, as headers tell them. */
public final class HeaderSeconds {
    private static final long NANOS = 1_000_000_000;

    private HeaderSeconds() {}

    /** Rounded up, so that whoever waits as long does not come too early; 1 at the least. */
    public static long up(long nanos) {
        return Math.max(1, (nanos + NANOS - 1) / NANOS);
    }
}
