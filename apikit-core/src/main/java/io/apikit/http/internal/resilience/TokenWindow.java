package io.apikit.http.internal.resilience;

import io.apikit.http.Pace;
import java.time.Duration;

/**
 * The tokens of {@link Pace#atMost}: so many, and each is back a period after its request. All numbers are nanoseconds. Not
 * thread-safe: the lock of its {@link AdaptiveRateLimiter} guards it.
 *
 * <p>A bucket that is refilled at a constant rate would not do. After a burst it lets twice as many requests through in
 * the first period as the backend accepts.
 */
final class TokenWindow {
    /** Until there is a response, a request counts as one that arrives a twentieth of the period after it was sent. */
    private static final int JITTER = 20;

    private final long ownPeriod;
    private long period;

    /** How many tokens this replica has; those that are out may be more. */
    private int capacity;

    /** A ring: when the tokens that are out were used, in the order in which they were taken. */
    private final long[] usedAt;

    /** The number of the oldest token that is out, and of the next one to be taken. */
    private long oldest;

    private long next;

    TokenWindow(int tokens, Duration period) {
        this.ownPeriod = period.toNanos();
        this.period = ownPeriod;
        this.capacity = tokens;
        this.usedAt = new long[tokens];
    }

    /** Returns whether there are fewer tokens than replicas, which have to take turns. */
    boolean isTooSmallFor(int replicas) {
        return replicas > usedAt.length;
    }

    /**
     * Keeps the part of one of so many replicas. If there are fewer tokens than replicas, it is one token, which is back the
     * later.
     *
     * @param hasTurn whether this replica alone has one of the tokens
     */
    void divide(int replicas, boolean hasTurn) {
        capacity = Math.max(1, usedAt.length / replicas);
        var periods = hasTurn ? 1 : (replicas + usedAt.length - 1) / usedAt.length;
        period = ownPeriod * Math.max(1, periods);
    }

    /** Returns how long a request has to wait for a token with so many others ahead of it; zero if there is one. */
    long waitNanos(long now, int ahead) {
        collect(now);
        // So many tokens have to come back before this one has its own.
        long missing = next - oldest + ahead + 1 - capacity;
        if (missing <= 0) {
            return 0;
        }
        // More than its part may be out, from a time with fewer replicas.
        var isOut = missing <= next - oldest;
        long laps = isOut ? 0 : (missing - 1) / capacity;
        long index = isOut ? missing - 1 : (missing - 1) % capacity;
        // A token that is not out yet is taken at once by one of those ahead.
        long used = oldest + index < next ? latestUse(index) - now : 0;
        return used + (laps + 1) * period;
    }

    /** No token is back before an older one, whose place in the ring would be taken twice. */
    private long latestUse(long index) {
        long latest = usedAt[slot(oldest)];
        for (long token = oldest + 1; token <= oldest + index; token++) {
            long used = usedAt[slot(token)];
            latest = used - latest > 0 ? used : latest;
        }
        return latest;
    }

    /** Takes a token, and returns its number. */
    long take(long now) {
        usedAt[slot(next)] = now + period / JITTER;
        return next++;
    }

    /** Records that the request with this token has ended, and so has arrived. */
    void end(long token, long now) {
        if (token >= oldest && usedAt[slot(token)] - now > 0) {
            usedAt[slot(token)] = now;
        }
    }

    private void collect(long now) {
        while (oldest < next && now - usedAt[slot(oldest)] >= period) {
            oldest++;
        }
    }

    private int slot(long token) {
        return (int) (token % usedAt.length);
    }
}
