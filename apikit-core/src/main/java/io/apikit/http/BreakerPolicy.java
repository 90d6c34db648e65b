package io.apikit.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The settings of a backend's circuit breaker, which stops sending requests for a while to a backend that fails.
 * Immutable and thread-safe. The calls are counted by the backend that was given the policy.
 *
 * <p>Each attempt is a call, retries and replays too. The rates are taken over the last {@code window} calls:
 *
 * <ul>
 *   <li>A call fails if its response has one of the statuses {@code failures}, or if there is no valid response:
 *       connection refused, reset or broken off, a malformed response, a timeout, TLS. Nothing else is a failure, in
 *       particular no 4xx.
 *   <li>A response that came whole and cannot be used is no failure: one with an unknown content coding, two different
 *       lengths, too large a body, or JSON that is none. It is a fault of one route, and the backend did respond.
 *   <li>A call is slow if it takes longer than {@code slowCall}. A response that is relayed as a stream is measured
 *       until its first byte. A call whose body is a caller's stream, or that has an idle timeout of its own, is never slow.
 *   <li>A call that its caller's own deadline ended is not counted, unless it was slow by then. Where all deadlines are
 *       short, set {@code slowCall} below them.
 * </ul>
 *
 * <p>After at least {@code minimumCalls}, the circuit opens when either rate is reached. While it is open, requests
 * throw a {@link io.apikit.BackendError} 503 with {@code Retry-After} at once. After {@code openFor}, {@code probes}
 * requests are sent. Their results close the circuit or open it again, by the same rates; until then no other request
 * is sent.
 *
 * <p>Defaults: {@code window} 100, {@code minimumCalls} 50, {@code failureRate} 0.5, {@code slowCallRate} 0.8,
 * {@code slowCall} four fifths of the shorter of {@code responseTimeout} and {@code totalTimeout}, {@code openFor} 5 s,
 * {@code probes} 5, {@code failures} 500, 502, 503 and 504.
 */
public final class BreakerPolicy {
    private static final BreakerPolicy STANDARD = builder().build();
    private static final BreakerPolicy NONE = new BreakerPolicy(builder(), true);

    private final boolean isNone;
    private final int window;
    private final int minimumCalls;
    private final double failureRate;
    private final double slowCallRate;
    private final Optional<Duration> slowCall;
    private final Duration openFor;
    private final int probes;
    private final Set<Integer> failures;

    private BreakerPolicy(Builder from, boolean isNone) {
        this.isNone = isNone;
        this.window = from.window;
        this.minimumCalls = Math.min(from.minimumCalls, from.window);
        this.failureRate = from.failureRate;
        this.slowCallRate = from.slowCallRate;
        this.slowCall = from.slowCall;
        this.openFor = from.openFor;
        this.probes = Math.min(from.probes, minimumCalls);
        this.failures = from.failures;
    }

    /** Returns the policy with all defaults. */
    public static BreakerPolicy standard() {
        return STANDARD;
    }

    /** Returns the policy of a circuit that never opens. */
    public static BreakerPolicy none() {
        return NONE;
    }

    /** Returns a builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns whether this is {@link #none()}. */
    public boolean isNone() {
        return isNone;
    }

    /** Returns the number of the last calls over which the rates are taken. */
    public int window() {
        return window;
    }

    /** Returns the number of calls below which the circuit does not open; at most the window. */
    public int minimumCalls() {
        return minimumCalls;
    }

    /** Returns the part of the calls, 0.01 to 1, that must have failed to open the circuit. */
    public double failureRate() {
        return failureRate;
    }

    /** Returns the part of the calls, 0.01 to 1, that must have been slow to open the circuit. */
    public double slowCallRate() {
        return slowCallRate;
    }

    /** Returns the duration beyond which a call is slow, for a backend with these options. */
    public Duration slowCall(HttpOptions options) {
        return slowCall.orElseGet(() -> fourFifths(options.shortestTimeout()));
    }

    /** Not by Duration's own arithmetic: that uses BigDecimal, which is slow to set up at the start. */
    private static Duration fourFifths(Duration time) {
        return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(time) / 5 * 4);
    }

    /** Returns how long nothing is sent once the circuit is open. */
    public Duration openFor() {
        return openFor;
    }

    /** Returns how many requests then test the backend; at most the minimum calls. */
    public int probes() {
        return probes;
    }

    /** Returns whether a response of this status is a failure. */
    public boolean isFailure(int status) {
        return failures.contains(status);
    }

    /**
     * Collects the settings; not thread-safe. Each setter throws an {@link IllegalArgumentException} that names the
     * setting if the value is out of its range.
     */
    public static final class Builder {
        private static final int MOST_CALLS = 100_000;

        private int window = 100;
        private int minimumCalls = 50;
        private double failureRate = 0.5;
        private double slowCallRate = 0.8;
        private Optional<Duration> slowCall = Optional.empty();
        private Duration openFor = Duration.ofSeconds(5);
        private int probes = 5;
        private Set<Integer> failures = Set.of(500, 502, 503, 504);

        private Builder() {}

        /** Sets over how many of the last calls the rates are taken: 1 to 100,000. */
        public Builder window(int calls) {
            this.window = (int) OptionChecks.between("window", calls, 1, MOST_CALLS);
            return this;
        }

        /** Sets the number of calls below which the circuit does not open: 1 to 100,000. At most the window counts. */
        public Builder minimumCalls(int calls) {
            this.minimumCalls = (int) OptionChecks.between("minimumCalls", calls, 1, MOST_CALLS);
            return this;
        }

        /** Sets the part of the calls that must have failed to open the circuit: 0.01 to 1. */
        public Builder failureRate(double rate) {
            this.failureRate = OptionChecks.between("failureRate", rate, 0.01, 1);
            return this;
        }

        /** Sets the part of the calls that must have been slow to open the circuit: 0.01 to 1. */
        public Builder slowCallRate(double rate) {
            this.slowCallRate = OptionChecks.between("slowCallRate", rate, 0.01, 1);
            return this;
        }

        /**
         * Sets the duration beyond which a call is slow: 1 ms to 1 day. It is measured until the whole response, or
         * until the first byte of one that is relayed as a stream.
         */
        public Builder slowCall(Duration longerThan) {
            this.slowCall = Optional.of(OptionChecks.timeout("slowCall", longerThan));
            return this;
        }

        /** Sets how long nothing is sent once the circuit is open: 1 ms to 1 day. */
        public Builder openFor(Duration pause) {
            this.openFor = OptionChecks.timeout("openFor", pause);
            return this;
        }

        /**
         * Sets how many requests then test whether the backend has recovered: 1 to 1,000. At most the minimum calls
         * count.
         */
        public Builder probes(int calls) {
            this.probes = (int) OptionChecks.between("probes", calls, 1, 1_000);
            return this;
        }

        /** Sets the statuses that are failures, in place of the defaults: 500 to 599 each. */
        public Builder failures(int... statuses) {
            this.failures = Arrays.stream(statuses)
                    .mapToObj(status -> (int) OptionChecks.between("failures", status, 500, 599))
                    .collect(Collectors.toUnmodifiableSet());
            return this;
        }

        /** Returns the policy. */
        public BreakerPolicy build() {
            return new BreakerPolicy(this, false);
        }
    }
}
