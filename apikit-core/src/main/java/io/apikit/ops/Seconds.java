package io.apikit.ops;

/** Whole seconds, as headers tell them. */
final class Seconds {
    private static final long NANOS = 1_000_000_000;

    private Seconds() {}

    /** Rounded up, so that whoever waits as long does not come too early; 1 at the least. */
    static long up(long nanos) {
        return Math.max(1, (nanos + NANOS - 1) / NANOS);
    }
}
