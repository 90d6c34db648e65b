package io.apikit.auth.internal.targets;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.apikit.http.Timing;
import io.apikit.internal.util.Durations;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The targets of all sessions of one backend that rejected a login just renewed. One bounded cache of {@link #MOST}
 * targets: a target that is removed too early costs one renewal. A target is forgotten one cool-down after it was last
 * denied. Thread-safe.
 */
public final class RejectedTargets {
    /** The most targets that are remembered. */
    public static final int MOST = 10_000;

    /** As many rejections in a row deny a target where the session was accepted before. */
    private static final int DENIED_AFTER = 3;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    /** A century: its double fits a long in nanoseconds. */
    private static final Duration MOST_COOL_DOWN = Duration.ofDays(36_500);

    private final Timing timing;
    private final long coolDownNanos;
    private final Cache<Target, Rejections> targets;
    private final AtomicLong sessions = new AtomicLong();

    /**
     * @param bounded a cache of {@link #MOST} entries on the same time
     * @param coolDown how long a target is denied at most
     */
    public RejectedTargets(Caffeine<Object, Object> bounded, Timing timing, Duration coolDown) {
        this.timing = timing;
        var longest = Durations.shorter(coolDown, MOST_COOL_DOWN);
        this.coolDownNanos = longest.toNanos();
        // Each target knows when it is forgotten; the cache may ignore a rewrite within one second.
        this.targets =
                bounded.expireAfterWrite(longest.multipliedBy(2).plusSeconds(1)).build();
    }

    /** Returns the memory of a new session. */
    public SessionTargets ofNewSession() {
        return new SessionTargets(this, sessions.incrementAndGet());
    }

    /** Forgets all targets. */
    public void clear() {
        targets.invalidateAll();
    }

    boolean isDenied(Target target) {
        var known = targets.getIfPresent(target);
        return known != null && known.untilNanos - timing.nanoTime() > 0;
    }

    void forget(Target target) {
        targets.invalidate(target);
    }

    /** Returns whether nothing that was recorded before this moment can still be known. */
    boolean isForgotten(long sinceNanos) {
        return timing.nanoTime() - sinceNanos > 2 * coolDownNanos;
    }

    /**
     * Records a rejection under this login, which was just renewed. Of one login one rejection counts, however many calls
     * had waited for the login.
     *
     * @return when it was recorded
     */
    long add(Target target, boolean wasAccepted, long login) {
        var now = timing.nanoTime();
        targets.asMap().compute(target, (same, known) -> {
            var before = known == null || known.isForgotten(now, coolDownNanos) ? null : known;
            if (before != null && before.login >= login) {
                return before;
            }
            return wasAccepted ? oneMore(before, login, now) : denied(login, now, 0, coolDownNanos);
        });
        return now;
    }

    /** Denied from the third in a row on: for 1 s, then each time for twice as long, up to the cool-down. */
    private Rejections oneMore(@Nullable Rejections before, long login, long now) {
        var inARow = before == null ? 1 : before.inARow + 1;
        if (inARow < DENIED_AFTER) {
            return denied(login, now, inARow, 0);
        }
        var next = inARow == DENIED_AFTER || before == null ? FIRST_PAUSE.toNanos() : 2 * before.pauseNanos;
        return denied(login, now, inARow, Math.min(next, coolDownNanos));
    }

    private static Rejections denied(long login, long now, int inARow, long pauseNanos) {
        return new Rejections(login, inARow, pauseNanos, now + pauseNanos);
    }

    /**
     * A method and a path, as a session sees them.
     *
     * @param session the number in place of the session: a session that is removed, with its credentials, must not be
     *     kept here
     */
    record Target(long session, String method, String path) {}

    /**
     * The rejections of one target.
     *
     * @param login the number of the latest login that was rejected there
     * @param inARow how many such logins were rejected in a row, where the session was accepted before
     * @param pauseNanos how long the target is denied; 0 if it is not
     */
    private record Rejections(long login, int inARow, long pauseNanos, long untilNanos) {
        boolean isForgotten(long now, long afterNanos) {
            return now - untilNanos > afterNanos;
        }
    }
}
