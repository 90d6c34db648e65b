package io.apikit.internal.util;

import java.time.Duration;

/** Compares durations. */
public final class Durations {
    private Durations() {}

    /** Returns the shorter of the two durations. */
    public static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) <= 0 ? one : other;
    }
}
