package io.apikit.http;

import java.time.Duration;

/**
 * A moment by which a call must have ended, with all its attempts, sleeps and logins. Immutable and thread-safe. It is
 * kept in monotonic time, so a change of the machine's clock does not move it.
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

    /** Returns the moment that is this duration from now. A duration of more than a century is taken for a century. */
    public static Deadline after(Duration duration, Timing timing) {
        var bounded = duration.compareTo(FARTHEST) < 0 ? duration : FARTHEST;
        return new Deadline(timing, timing.nanoTime() + bounded.toNanos());
    }

    /** Returns the time until the deadline; zero once it has passed. */
    public Duration left() {
        return Duration.ofNanos(leftNanos());
    }

    /** Returns the time until the deadline in nanoseconds; zero once it has passed. */
    public long leftNanos() {
        return Math.max(0, atNanos - timing.nanoTime());
    }

    /** Returns whether the deadline has passed. */
    public boolean isExpired() {
        return leftNanos() == 0;
    }

    /** Returns the earlier of the two deadlines. */
    public Deadline earlier(Deadline other) {
        return leftNanos() <= other.leftNanos() ? this : other;
    }
}
