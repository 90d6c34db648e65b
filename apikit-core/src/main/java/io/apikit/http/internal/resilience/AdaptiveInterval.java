package io.apikit.http.internal.resilience;

import io.apikit.http.Pace;
import java.time.Duration;

/**
 * The interval between two requests, learned from their responses as {@link Pace} describes. All numbers are
 * nanoseconds. Not thread-safe: the lock of its {@link AdaptiveRateLimiter} guards it.
 */
final class AdaptiveInterval {
    /** A shorter interval is not worth a sleep. */
    private static final long NOTICEABLE_NANOS = Duration.ofMillis(5).toNanos();

    private static final int SUCCESSES = 3;
    private static final long SHORTEST_MEMORY = Duration.ofMinutes(1).toNanos();
    private static final long LONGEST_MEMORY = Duration.ofHours(1).toNanos();

    private final long min;
    private final long first;
    private final long max;

    private long interval;
    private int successes;

    /** The interval before it was last shortened; zero if it has been lengthened since. */
    private long worked;

    /** The longest interval that was refused recently, when that was, and for how long it counts. */
    private long refused;

    private long refusedAt;
    private long memory;

    AdaptiveInterval(Pace pace) {
        this.min = pace.minInterval().toNanos();
        this.first = pace.firstInterval().toNanos();
        this.max = pace.maxInterval().toNanos();
        this.interval = min;
    }

    long interval() {
        return interval;
    }

    /**
     * Records that the backend refused a request sent at an interval. Ignored if that is shorter than the present one:
     * it is known already.
     */
    void recordRefusal(long at, long now) {
        if (at < interval) {
            return;
        }
        refused = Math.max(Math.max(at, NOTICEABLE_NANOS), recentlyRefused(now));
        refusedAt = now;
        successes = 0;
        if (worked > at) {
            memory = Math.min(memory * 2, LONGEST_MEMORY);
            interval = worked;
        } else {
            memory = SHORTEST_MEMORY;
            interval = Math.min(Math.max(at * 2, first), max);
        }
        worked = 0;
    }

    /** Records the success of a request that had waited for its turn at an interval. */
    void recordSuccess(long at, long now) {
        if (at == interval && ++successes >= SUCCESSES) {
            shorten(now);
        }
    }

    private void shorten(long now) {
        long bound = Math.max(min, recentlyRefused(now) + recentlyRefused(now) / 8);
        long shorter = Math.max(bound, interval - interval / 4);
        if (shorter < interval) {
            worked = interval;
            interval = shorter < NOTICEABLE_NANOS ? bound : shorter;
            successes = 0;
        }
    }

    private long recentlyRefused(long now) {
        return now - refusedAt < memory ? refused : 0;
    }
}
