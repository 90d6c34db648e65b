package io.apikit.internal.health;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The liveness and readiness of an app, including the time in which it shuts down. Thread-safe. */
public final class Probes {
    /** A prober that asks less often cannot notice within a delay of seconds that the app stops. */
    private static final long RECENT_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final List<CachedCheck> checks;
    private final Duration stopDelay;
    private final boolean isDelayChosen;
    private final LongSupplier clock;
    private volatile @Nullable Long lastProbeNanos;
    private volatile @Nullable Long stoppingSinceNanos;

    /**
     * Creates the probes of an app that runs.
     *
     * @param checks the checks of readiness, in the order of the response
     * @param checkTimeout how long a probe waits for each check
     * @param stopDelay how long the app goes on serving after it is no longer ready
     * @param isDelayChosen whether the delay applies even if there was no readiness probe in the last 60 s
     * @param clock monotonic nanoseconds, as from {@link System#nanoTime()}
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

    /**
     * Returns the readiness for a probe. Each check is waited for up to the timeout of checks. While the app shuts
     * down, no check runs.
     */
    public Readiness ready() {
        lastProbeNanos = clock.getAsLong();
        return peek();
    }

    /**
     * Returns the same as {@link #ready}, and does not count as a readiness probe: for a page about the app, whose
     * readers send no requests elsewhere when the app stops.
     */
    public Readiness peek() {
        if (stoppingSinceNanos != null) {
            return Readiness.stopping();
        }
        var readiness = Readiness.of(checks);
        return stoppingSinceNanos == null ? readiness : Readiness.stopping();
    }

    /**
     * Makes the app not ready from now on.
     *
     * @return how long it should go on serving, so that probers notice; zero if there was no readiness probe in the
     *     last 60 s and no delay is configured
     */
    public Duration stop() {
        var now = clock.getAsLong();
        stoppingSinceNanos = now;
        var last = lastProbeNanos;
        var isProbed = last != null && now - last <= RECENT_NANOS;
        return isProbed || isDelayChosen ? stopDelay : Duration.ZERO;
    }

    /**
     * Returns whether connections should be closed, because half of the delay of shutting down is over. A load balancer
     * that distributes connections, and not requests, can send the next request elsewhere only after that.
     */
    public boolean isDraining() {
        var since = stoppingSinceNanos;
        return since != null && clock.getAsLong() - since >= stopDelay.toNanos() / 2;
    }
}
