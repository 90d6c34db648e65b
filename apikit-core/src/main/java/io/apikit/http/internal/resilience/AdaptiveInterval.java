package io.apikit.http.internal.resilience;

import io.apikit.http.Pace;
import java.time.Duration;

/**
 * The interval between two requests of all replicas, learned from their responses as {@link Pace} describes. All numbers are
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

    /** How often all replicas together have changed it. */
    private long change;

    private long changedAt;

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
        markChange(now);
    }

    /**
     * Records the success of a request that had waited for its turn at an interval. Of several replicas, each sees its part
     * of the successes. A refusal of another one would have been a change.
     */
    void recordSuccess(long at, long now, int replicas) {
        if (at == interval) {
            successes++;
            var isLongEnough = replicas == 1 || now - changedAt >= SUCCESSES * interval;
            if (successes * (long) replicas >= SUCCESSES && isLongEnough) {
                shorten(now);
            }
        }
    }

    /** Returns the number of changes: another one than before, if there is something that others have to know. */
    long change() {
        return change;
    }

    /** Makes what is known here newer than what others know. */
    void markChange(long now) {
        change++;
        changedAt = now;
    }

    Learned learned(long now) {
        var age = Math.min(Math.max(0, now - refusedAt), memory);
        return new Learned(change, interval, worked, refused, memory, age);
    }

    /** Returns whether another replica knows something newer; of two changes at the same time, the longer interval counts. */
    boolean isOlderThan(Learned other) {
        return other.change > change || (other.change == change && other.interval > interval);
    }

    /** Takes over what another replica has learned, within the bounds of this one. */
    void takeOver(Learned other, long now) {
        interval = Math.max(min, Math.min(other.interval, max));
        worked = Math.min(other.worked, max);
        refused = Math.min(other.refused, max);
        memory = Math.min(other.memory, LONGEST_MEMORY);
        refusedAt = now - Math.min(other.age, memory);
        successes = 0;
        change = other.change;
        changedAt = now;
    }

    private void shorten(long now) {
        long bound = Math.max(min, recentlyRefused(now) + recentlyRefused(now) / 8);
        long shorter = Math.max(bound, interval - interval / 4);
        if (shorter < interval) {
            worked = interval;
            interval = shorter < NOTICEABLE_NANOS ? bound : shorter;
            successes = 0;
            markChange(now);
        }
    }

    private long recentlyRefused(long now) {
        return now - refusedAt < memory ? refused : 0;
    }

    /**
     * What one replica has learned.
     *
     * @param change how often all replicas together have changed it
     * @param interval between two requests of all replicas
     * @param worked the interval before it was last shortened; zero if it has been lengthened since
     * @param refused the longest interval that was refused recently
     * @param memory for how long that counts
     * @param age the time since then, at most the memory
     */
    record Learned(long change, long interval, long worked, long refused, long memory, long age) {
        boolean isSound() {
            return change >= 0
                    && change < Long.MAX_VALUE / 2
                    && interval >= 0
                    && worked >= 0
                    && refused >= 0
                    && memory >= 0
                    && age >= 0;
        }
    }
}
