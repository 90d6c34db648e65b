package io.apikit.http.internal.resilience;

import io.apikit.http.Pace;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * By how many replicas a {@link Pace} is divided, and from when on this replica may use its part. All numbers are
 * nanoseconds. Not thread-safe: the lock of its {@link AdaptiveRateLimiter} guards it.
 *
 * <p>All replicas together never send more than {@link Pace#atMost} allows, though they learn of each other one after
 * another. A larger number counts at once. A smaller one counts after it has been heard for a period, since a replica that
 * has left has used its part until then. A new replica sends nothing until all others use the larger number, and for a
 * period after that. So does one that was halted: the others have gone on without it.
 */
final class ReplicaCount {
    /** A replica counts as alive for 7 s after its last sign. */
    private static final long LONGEST_SILENCE = Duration.ofSeconds(10).toNanos();

    /** All replicas ask for the number within this time, every 2 s, also if no message reaches them. */
    private static final long LEARNED_WITHIN = Duration.ofSeconds(5).toNanos();

    /** The longest wait of a new replica for what was sent before it. Where a period is longer, it may be exceeded then. */
    private static final long LONGEST_WAIT = Duration.ofMinutes(1).toNanos();

    private final int least;
    private final long settling;
    private final long hold;

    private boolean isShared = true;
    private int heard = 1;
    private int inUse = 1;
    private boolean isAway;

    /** The greatest number that was heard since it is below the one in use; zero if it is not. */
    private int lower;

    private long lowerSince;

    private boolean isKnown;
    private boolean isJoining;
    private long openAt;

    /** When the store was last asked. */
    private long askedAt;

    /** How many replicas each of the others divides by, while this one joins them. */
    private final Map<Long, Integer> others = new HashMap<>();

    private ReplicaCount(int least, long settling, long now) {
        this.least = least;
        this.settling = Math.min(settling, LONGEST_WAIT);
        this.hold = Math.max(settling, LONGEST_SILENCE);
        this.openAt = now + LEARNED_WITHIN + this.settling;
        this.askedAt = now;
    }

    /** Returns the count of one replica that shares nothing. */
    static ReplicaCount ofOne(long now) {
        var one = new ReplicaCount(1, 0, now);
        one.isShared = false;
        one.openAt = now;
        return one;
    }

    /**
     * Returns the count of a replica that does not know the others yet.
     *
     * @param least the number to divide by if fewer are alive
     * @param period of the limit; zero if there is none
     */
    static ReplicaCount joining(int least, Duration period, long now) {
        // A request may arrive a twentieth of the period after it was sent: TokenWindow.
        return new ReplicaCount(least, period.toNanos() / 20 * 21, now);
    }

    /** Returns how many replicas are alive, as far as this one may rely on it. */
    int alive() {
        return inUse;
    }

    /** Returns how many replicas a known limit is divided by. */
    int divisor() {
        return Math.max(least, inUse);
    }

    /** Returns how many were alive as last heard. */
    int heard() {
        return heard;
    }

    /** Returns whether the store cannot be asked. */
    boolean isAway() {
        return isAway;
    }

    /** Returns how long this replica sends nothing under a known limit; zero or less if it may. */
    long closedFor(long now) {
        if (isShared && isKnown && now - askedAt > LONGEST_SILENCE) {
            isKnown = false;
            isJoining = false;
            openAt = now + LEARNED_WITHIN + settling;
        }
        return openAt - now;
    }

    /**
     * The store has said how many are alive.
     *
     * @return whether the others have to hear from this one: it is new, or has been away, or divides by another number
     */
    boolean hear(int replicas, long now) {
        var before = inUse;
        var isNews = !isKnown || isAway;
        heard = replicas;
        isAway = false;
        askedAt = now;
        count(replicas, now);
        if (!isKnown) {
            isKnown = true;
            isJoining = replicas > 1;
            openAt = now + settling + (isJoining ? LEARNED_WITHIN : 0);
            openIfAllKnow(now);
        }
        return isNews || before != inUse;
    }

    /** The store cannot be asked. */
    void lose(long now) {
        isAway = true;
        askedAt = now;
        if (!isKnown) {
            isKnown = true;
            openAt = now + settling;
        }
    }

    /**
     * Another replica has said how many are alive, and how many it divides by.
     *
     * @return whether this one divides by a larger number now
     */
    boolean hearFrom(long other, int replicas, int divisor, long now) {
        var before = inUse;
        if (isJoining || !isKnown) {
            others.put(other, divisor);
        }
        if (replicas >= inUse) {
            count(replicas, now);
        }
        openIfAllKnow(now);
        return inUse > before;
    }

    private void count(int replicas, long now) {
        if (replicas >= inUse) {
            inUse = replicas;
            lower = 0;
            return;
        }
        if (lower == 0) {
            lowerSince = now;
        }
        lower = Math.max(lower, replicas);
        if (now - lowerSince >= hold) {
            inUse = lower;
            lower = 0;
        }
    }

    private void openIfAllKnow(long now) {
        if (!isJoining) {
            return;
        }
        var know = others.values().stream().filter(divisor -> divisor >= inUse).count();
        if (know >= inUse - 1) {
            isJoining = false;
            openAt = now + settling;
            others.clear();
        } else if (openAt - settling - now <= 0) {
            isJoining = false;
            others.clear();
        }
    }
}
