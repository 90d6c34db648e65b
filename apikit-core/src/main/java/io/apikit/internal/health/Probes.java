package io.apikit.internal.health;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What an app tells those who ask whether it is alive and ready, and until when it has told them that it stops. Threadsafe. */
public final class Probes {
    /** Whoever asks more seldom learns nothing from a delay of seconds. */
    private static final long ASKED_OF_LATE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<CachedCheck> checks;
    private final Duration stopDelay;
    private final boolean isDelayChosen;
    private final LongSupplier clock;
    private volatile @Nullable Long askedAtNanos;
    private volatile @Nullable Long stoppingSinceNanos;

    /**
     * Probes of an app that runs.
     *
     * @param checks what readiness asks, in the order of the response
     * @param checkTimeout how long a probe waits for each check
     * @param stopDelay how long the app serves on after it is no longer ready
     * @param isDelayChosen whether the delay is kept if readiness was not requested recently
     * @param clock monotonic nanoseconds
     */
    public Probes(
            List<HealthCheck> checks,
            Duration checkTimeout,
            Duration stopDelay,
            boolean isDelayChosen,
            LongSupplier clock) {
        this.stopDelay = stopDelay;
        this.isDelayChosen = isDelayChosen;
        this.clock = clock;
        var timeoutNanos = checkTimeout.toNanos();
        this.checks = checks.stream()
                .map(check -> new CachedCheck(check, timeoutNanos, clock))
                .toList();
    }

    /** Asks the checks, each to its deadline; while stopping it asks nobody. */
    public Readiness ready() {
        askedAtNanos = clock.getAsLong();
        return look();
    }

    /** As {@link #ready}, for somebody who sends no requests elsewhere when told that this stops. */
    public Readiness look() {
        if (stoppingSinceNanos != null) {
            return Readiness.stopping();
        }
        var told = Readiness.of(checks);
        return stoppingSinceNanos == null ? told : Readiness.stopping();
    }

    /**
     * From now on the app is not ready.
     *
     * @return how long it should serve on, so that those learn it who ask; zero if nobody asks and nobody has set it
     */
    public Duration stop() {
        var now = clock.getAsLong();
        stoppingSinceNanos = now;
        var asked = askedAtNanos;
        var isAsked = asked != null && now - asked <= ASKED_OF_LATE_NANOS;
        return isAsked || isDelayChosen ? stopDelay : Duration.ZERO;
    }

    /**
     * Whether the app stops so soon that no connection should be kept: half of the delay is over. Who balances connections
     * and not requests can send the next one elsewhere only if there is a next one.
     */
    public boolean isLeaving() {
        var since = stoppingSinceNanos;
        return since != null && clock.getAsLong() - since >= stopDelay.toNanos() / 2;
    }
}
