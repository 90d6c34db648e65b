package io.apikit.http;

import java.time.Duration;

/**
 * A moment by which a call must have ended, over all its attempts, sleeps and logins. Immutable and threadsafe; kept on
 * monotonic time, so a clock that jumps moves no deadline.
 */
public final class Deadline {
    /** A century: far enough for any call, and near enough that nanoseconds cannot overflow. */
    private static final Duration FARTHEST = Duration.ofDays(36_500);

    private final Timing timing;
    private final long atNanos;

    private Deadline(Timing timing, long atNanos) {
        this.timing = timing;
        this.atNanos = atNanos;
    }

    /** The moment so long from now; a duration beyond a century counts as one. */
    public static Deadline after(Duration duration, Timing timing) {
        var bounded = duration.compareTo(FARTHEST) < 0 ? duration : FARTHEST;
        return new Deadline(timing, timing.nanoTime() + bounded.toNanos());
    }

    /** What is left; zero once it has passed. */
    public Duration left() {
        return Duration.ofNanos(leftNanos());
    }

    /** What is left in nanoseconds; zero once it has passed. */
    public long leftNanos() {
        return Math.max(0, atNanos - timing.nanoTime());
    }

    public boolean isExpired() {
        return leftNanos() == 0;
    }

    /** Whichever of the two comes first. */
    public Deadline earlier(Deadline other) {
        return leftNanos() <= other.leftNanos() ? this : other;
    }
}
