package io.apikit.http.internal.resilience;

import java.time.Duration;
import java.util.stream.Stream;

/**
 * How much later than a backend asked its clients come back: many are asked for the same time, and would return in the
 * same moment.
 */
public final class Jitter {
    /** The most is a fifth of the time that was asked for. */
    private static final int PART = 5;

    private Jitter() {}

    /**
     * Returns a pause that is never shorter than asked for, and at most a fifth longer.
     *
     * @param random from 0 to 1
     * @param longest the pause is no longer than this, unless the one asked for is
     * @param left the time that is left to the request; no more than half of what the pause leaves of it is used
     */
    public static Duration later(Duration asked, double random, Duration longest, Duration left) {
        var most = Stream.of(
                        asked.dividedBy(PART),
                        longest.minus(asked),
                        left.minus(asked).dividedBy(2))
                .min(Duration::compareTo)
                .filter(more -> !more.isNegative())
                .orElse(Duration.ZERO);
        // A pause is a day at most, so its nanoseconds fit; a time that nobody will wait for gets nothing more.
        return most.toDays() > 0 ? asked : asked.plusNanos((long) (random * most.toNanos()));
    }
}
