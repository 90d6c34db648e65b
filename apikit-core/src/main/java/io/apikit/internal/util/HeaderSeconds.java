package io.apikit.internal.util;

import java.time.Duration;

/** Whole seconds, as {@code Retry-After} and the {@code RateLimit} headers carry them. */
public final class HeaderSeconds {
    private HeaderSeconds() {}

    /** Returns the seconds, rounded up so that a caller that waits for them does not come too early; at least 1. */
    public static long up(Duration wait) {
        return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
}
