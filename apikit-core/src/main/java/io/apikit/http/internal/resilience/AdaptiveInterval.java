package io.apikit.http.internal.resilience;

import java.time.Duration;

/**
 * The interval between requests, as learned from what became of them; all in nanoseconds. Not threadsafe: its
 * {@link AdaptiveRateLimiter}'s lock guards it.
 */
public final class AdaptiveInterval {
    /** Shorter ones are not worth a sleep. */
    public static final Duration NOTICEABLE = Duration.ofMillis(5);

    private static final int SUCCESSES = 3;
    private static final long SHORTEST_MEMORY = Duration.ofMinutes(1).toNanos();
    private static final long LONGEST_MEMORY = Duration.ofHours(1).toNanos();

    private final long least;
    private final long first;
    private final long most;

    private long interval;
    private int successes;
    /** The interval before it was last shortened; zero if it was lengthened since. */
    private long worked;
    /** The longest interval refused of late, when that was, and for how long it counts. */
    private long refused;

    private long refusedAt;
    private long memory;

    public AdaptiveInterval(long least, long first, long most) {
        this.least = least;
        this.first = first;
        this.most = most;
        this.interval = least;
    }

    long interval() {
        return interval;
    }

    /** A request sent at this interval was refused. At a shorter one than the present it says what is known already. */
    void refused(long at, long now) {
        if (at < interval) {
            return;
        }
        refused = Math.max(Math.max(at, NOTICEABLE.toNanos()), refusedOfLate(now));
        refusedAt = now;
        successes = 0;
        if (worked > at) {
            memory = Math.min(memory * 2, LONGEST_MEMORY);
            interval = worked;
        } else {
            memory = SHORTEST_MEMORY;
            interval = Math.min(Math.max(at * 2, first), most);
        }
        worked = 0;
    }

    /** A request that had waited for this interval was served. */
    void served(long at, long now) {
        if (at == interval && ++successes >= SUCCESSES) {
            shorten(now);
        }
    }

    private void shorten(long now) {
        long bound = Math.max(least, refusedOfLate(now) + refusedOfLate(now) / 8);
        long shorter = Math.max(bound, interval - interval / 4);
        if (shorter < interval) {
            worked = interval;
            interval = shorter < NOTICEABLE.toNanos() ? bound : shorter;
            successes = 0;
        }
    }

    private long refusedOfLate(long now) {
        return now - refusedAt < memory ? refused : 0;
    }
}
