package io.apikit.http;

import java.time.Duration;

/**
 * How requests to one backend are spaced out when it says that they come too fast. These are the settings, immutable
 * and threadsafe; what is learned belongs to the backend that was given them, and all its callers
 * share it.
 *
 * <p>Requests go out as they come until the backend refuses one with 429 or 503. From then on there is an interval
 * between any two, retries included, first come first served:
 *
 * <ul>
 *   <li>a refusal doubles it, from {@code firstInterval} up to {@code maxInterval}; refusals of requests that were sent
 *       at a faster pace than the present one change nothing. {@code Retry-After} on it stops everything for so long,
 *       up to {@code maxPause}
 *   <li>three successes of requests that had to wait for their turn shorten it by a quarter, but not to what was refused
 *       in the last minute, nor within an eighth of that. If the shorter one is refused, the one that worked is back at
 *       once, and the next try to shorten it that far waits two minutes, then four, up to an hour
 *   <li>once under 5 ms it is down to {@code minInterval}
 * </ul>
 *
 * <p>Any answer below 500 but 429 is a success; other failures, and no answer at all, are neither. Who would get a turn
 * only after the request's deadline, or finds {@code maxWaiting} others before it, has a
 * {@link io.apikit.BackendError} 503 with {@code Retry-After} at once, and takes no turn. A refusal that brings no
 * {@code Retry-After} of its own gets one as well, when it is made an error.
 *
 * <p>Downtime that is answered with 503 looks no different: after it, a busy service is back from 15 s to no interval in
 * some three minutes. A shorter {@code maxInterval} makes that shorter.
 *
 * <p>A pace does not send anything again: that is the {@link RetryPolicy}'s, whose own delays run while the interval
 * does. To learn from nothing what a backend wants takes several attempts: those of the standard policy are few.
 *
 * <p>Defaults: {@code minInterval} zero, {@code firstInterval} 1 s, {@code maxInterval} 15 s, {@code maxPause} 1 min,
 * {@code maxWaiting} 1,000.
 */
public final class Pace {
    /** A shorter interval than this is not worth a sleep. */
    private static final Duration SHORTEST = Duration.ofMillis(5);

    private static final Duration LONGEST = Duration.ofHours(1);

    private static final Pace ADAPTIVE = builder().build();

    private final Duration minInterval;
    private final Duration firstInterval;
    private final Duration maxInterval;
    private final Duration maxPause;
    private final int maxWaiting;

    private Pace(Builder builder) {
        this.minInterval = builder.minInterval;
        this.firstInterval = builder.firstInterval;
        this.maxInterval = builder.maxInterval;
        this.maxPause = builder.maxPause;
        this.maxWaiting = builder.maxWaiting;
    }

    /** The defaults. */
    public static Pace adaptive() {
        return ADAPTIVE;
    }

    public static Builder builder() {
        return new Builder();
    }

    public Duration minInterval() {
        return minInterval;
    }

    public Duration firstInterval() {
        return firstInterval;
    }

    public Duration maxInterval() {
        return maxInterval;
    }

    public Duration maxPause() {
        return maxPause;
    }

    public int maxWaiting() {
        return maxWaiting;
    }

    /** Collects the settings; not threadsafe. Each setter refuses a bad value at once, naming it. */
    public static final class Builder {
        private Duration minInterval = Duration.ZERO;
        private Duration firstInterval = Duration.ofSeconds(1);
        private Duration maxInterval = Duration.ofSeconds(15);
        private Duration maxPause = Duration.ofMinutes(1);
        private int maxWaiting = 1000;

        private Builder() {}

        /** Never closer than this, from the first request on: for a limit that is known. */
        public Builder minInterval(Duration interval) {
            this.minInterval = OptionChecks.between("minInterval", interval, Duration.ZERO, LONGEST);
            return this;
        }

        /** The interval after the first refusal. */
        public Builder firstInterval(Duration interval) {
            this.firstInterval = OptionChecks.between("firstInterval", interval, SHORTEST, LONGEST);
            return this;
        }

        /** The longest interval, however often the backend refuses. */
        public Builder maxInterval(Duration interval) {
            this.maxInterval = OptionChecks.between("maxInterval", interval, SHORTEST, LONGEST);
            return this;
        }

        /** The longest that a {@code Retry-After} stops everything. */
        public Builder maxPause(Duration pause) {
            this.maxPause = OptionChecks.between("maxPause", pause, Duration.ZERO, LONGEST);
            return this;
        }

        /** How many may wait for their turn: 1 to 10,000. */
        public Builder maxWaiting(int requests) {
            this.maxWaiting = (int) OptionChecks.between("maxWaiting", requests, 1, 10_000);
            return this;
        }

        /**
         * The pace.
         *
         * @throws IllegalArgumentException if {@code maxInterval} is shorter than one of the others
         */
        public Pace build() {
            requireWithinMax("minInterval", minInterval);
            requireWithinMax("firstInterval", firstInterval);
            return new Pace(this);
        }

        private void requireWithinMax(String setting, Duration interval) {
            if (maxInterval.compareTo(interval) < 0) {
                throw new IllegalArgumentException(
                        "maxInterval must not be shorter than " + setting + ": " + maxInterval + " < " + interval);
            }
        }
    }
}
