package io.apikit.http;

import java.time.Duration;

/**
 * How requests to one backend are spaced out. {@link #atMost} is for a limit that is known: a burst is sent at once, and
 * no request is refused. {@link #adaptive} is for one that is not: it learns from refusals. These are the settings,
 * immutable and thread-safe. What is learned belongs to the backend that was given them, and all its callers share it.
 *
 * <p>Requests are sent as they come, as far as {@code atMost} allows, until the backend refuses one with 429 or 503.
 * From then on there is an interval between any two requests, retries included, in the order of their arrival, also
 * with {@code atMost}:
 *
 * <ul>
 *   <li>A refusal doubles the interval, from {@code firstInterval} up to {@code maxInterval}. Refusals of requests that
 *       were sent at a shorter interval than the present one change nothing. {@code Retry-After} on a refusal stops all
 *       requests for that time, up to {@code maxPause}.
 *   <li>Three successes of requests that had to wait for their turn shorten the interval by a quarter. It is not
 *       shortened to an interval that was refused in the last minute, nor to within an eighth of that. If the shorter
 *       interval is refused, the one that worked is restored at once. The next attempt to shorten it that far is made
 *       after two minutes, then after four, up to an hour.
 *   <li>Once the interval is below 5 ms, it becomes {@code minInterval}.
 * </ul>
 *
 * <p>A response below 500, except 429, is a success. Other failures, and no response at all, are neither success nor
 * refusal. A request throws a {@link io.apikit.BackendError} 503 with {@code Retry-After} at once, and takes no turn,
 * if its turn would come after its deadline, or if {@code maxWaiting} others wait already. A refusal without a
 * {@code Retry-After} of its own gets one when it is made an error.
 *
 * <p>A downtime with responses of 503 looks the same. After it, a busy service returns from 15 s to no interval in
 * about three minutes. A shorter {@code maxInterval} makes that shorter.
 *
 * <p>Replicas that share a store of logins share what one has learned: the interval, and a pause. Each keeps the interval
 * times the number of replicas that are alive, and its part of {@code atMost}, rounded down. With fewer requests than
 * replicas, they send in turns of 4 s. A replica that starts has its part {@code per} after the others know of it, but
 * after 1 min at most.
 *
 * <p>A pace does not send anything again: the {@link RetryPolicy} does, and its delays pass at the same time as the
 * interval. Several attempts are needed to learn what a backend accepts; those of the standard policy are few.
 *
 * <p>Defaults: {@code minInterval} zero, {@code firstInterval} 1 s, {@code maxInterval} 15 s, {@code maxPause} 1 min,
 * {@code maxWaiting} 1,000, and no {@code atMost}.
 */
public final class Pace {
    /** A shorter interval than this is not worth a sleep. */
    private static final Duration SHORTEST = Duration.ofMillis(5);

    private static final Duration LONGEST = Duration.ofHours(1);
    private static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);

    private static final Pace ADAPTIVE = builder().build();

    private final Duration minInterval;
    private final Duration firstInterval;
    private final Duration maxInterval;
    private final Duration maxPause;
    private final int maxWaiting;
    private final int burst;
    private final Duration burstPeriod;

    private Pace(Builder builder) {
        this.minInterval = builder.minInterval;
        this.firstInterval = builder.firstInterval;
        this.maxInterval = builder.maxInterval;
        this.maxPause = builder.maxPause;
        this.maxWaiting = builder.maxWaiting;
        this.burst = builder.burst;
        this.burstPeriod = builder.burstPeriod;
    }

    /** Returns the pace with all defaults. */
    public static Pace adaptive() {
        return ADAPTIVE;
    }

    /**
     * Returns the pace for a backend with a known limit, such as 10 requests a second. It is a bucket of so many tokens.
     * Each request takes one, and the token is back {@code per} after that. So a burst of {@code requests} is sent at
     * once, and no more than that in any time as long as {@code per}, whether the backend counts in fixed windows or in a
     * moving one. A request without a token waits for one, by its own deadline at most.
     *
     * <p>The time of a request is that of its response, or a twentieth of {@code per} after it was sent if that is
     * earlier: requests do not arrive as regularly as they are sent. If the backend refuses one all the same, the pace
     * slows down as {@link #adaptive} does, from an interval of {@code per} divided by {@code requests}.
     *
     * @param requests 1 to 10,000
     * @param per 10 ms to 1 h
     * @throws IllegalArgumentException if one is out of its range, naming it
     */
    public static Pace atMost(int requests, Duration per) {
        return builder().atMost(requests, per).build();
    }

    /** Returns a builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the interval that is kept even before the first refusal; zero for none. */
    public Duration minInterval() {
        return minInterval;
    }

    /** Returns the interval after the first refusal. */
    public Duration firstInterval() {
        return firstInterval;
    }

    /** Returns the longest interval. */
    public Duration maxInterval() {
        return maxInterval;
    }

    /** Returns the longest time for which a {@code Retry-After} stops all requests. */
    public Duration maxPause() {
        return maxPause;
    }

    /** Returns how many requests may wait for their turn. */
    public int maxWaiting() {
        return maxWaiting;
    }

    /** Returns how many requests may be sent within {@link #burstPeriod()}; zero if there is no such limit. */
    public int burst() {
        return burst;
    }

    /** Returns the time within which {@link #burst()} requests may be sent; zero if there is no such limit. */
    public Duration burstPeriod() {
        return burstPeriod;
    }

    /**
     * Collects the settings; not thread-safe. Each setter throws an {@link IllegalArgumentException} that names the
     * setting if the value is out of its range.
     */
    public static final class Builder {
        private Duration minInterval = Duration.ZERO;
        private Duration firstInterval = Duration.ofSeconds(1);
        private Duration maxInterval = Duration.ofSeconds(15);
        private Duration maxPause = Duration.ofMinutes(1);
        private int maxWaiting = 1000;
        private int burst;
        private Duration burstPeriod = Duration.ZERO;

        private Builder() {}

        /** Sets a limit that is kept from the first request on, and the intervals that belong to it. */
        private Builder atMost(int requests, Duration per) {
            burst = (int) OptionChecks.between("requests of atMost", requests, 1, 10_000);
            burstPeriod = OptionChecks.between("per of atMost", per, SHORTEST_PERIOD, LONGEST);
            var interval = per.dividedBy(requests);
            firstInterval = interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval;
            maxInterval = firstInterval.compareTo(maxInterval) > 0 ? firstInterval : maxInterval;
            return this;
        }

        /** Sets the interval that is kept from the first request on, for a known limit: zero to 1 h. */
        public Builder minInterval(Duration interval) {
            this.minInterval = OptionChecks.between("minInterval", interval, Duration.ZERO, LONGEST);
            return this;
        }

        /** Sets the interval after the first refusal: 5 ms to 1 h. */
        public Builder firstInterval(Duration interval) {
            this.firstInterval = OptionChecks.between("firstInterval", interval, SHORTEST, LONGEST);
            return this;
        }

        /** Sets the longest interval, however often the backend refuses: 5 ms to 1 h. */
        public Builder maxInterval(Duration interval) {
            this.maxInterval = OptionChecks.between("maxInterval", interval, SHORTEST, LONGEST);
            return this;
        }

        /** Sets the longest time for which a {@code Retry-After} stops all requests: zero to 1 h. */
        public Builder maxPause(Duration pause) {
            this.maxPause = OptionChecks.between("maxPause", pause, Duration.ZERO, LONGEST);
            return this;
        }

        /** Sets how many requests may wait for their turn: 1 to 10,000. */
        public Builder maxWaiting(int requests) {
            this.maxWaiting = (int) OptionChecks.between("maxWaiting", requests, 1, 10_000);
            return this;
        }

        /**
         * Returns the pace.
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
