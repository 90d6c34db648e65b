package io.apikit.http;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * When a backend is left alone for a while: the circuit breaker's settings, immutable and threadsafe. What it has seen
 * belongs to the transport that was given them ({@link io.apikit.http.internal.client.HttpTransport HttpTransport#guarded}).
 *
 * <p>Each attempt is counted, retries and replays too, over the last {@code window} of them. A failure is an answer with
 * one of the statuses {@code failures}, or none at all: refused, reset, broken off, malformed, not in time, TLS. Nothing
 * else is, no 4xx in particular; and one that was cut short by its own caller's deadline says nothing either way, unless
 * it was slow by then: where all deadlines are short, set {@code slowCall} below them. An answer that is passed on as a
 * stream counts with its first byte; a body that its caller brings along is never slow. Once there are {@code minimumCalls} and either rate is reached, the circuit is open: requests get
 * a {@link io.apikit.BackendError} 503 with {@code Retry-After} at once. After {@code openFor}, {@code probes} requests
 * go out, and no more until what came of them closes the circuit or opens it again, by the same rates.
 *
 * <p>Defaults: {@code window} 100, {@code minimumCalls} 50, {@code failureRate} 0.5, {@code slowCallRate} 0.8,
 * {@code slowCall} four fifths of the transport's {@code responseTimeout} or {@code totalTimeout}, whichever is less,
 * {@code openFor} 5 s, {@code probes} 5, {@code failures} 500, 502, 503 and 504.
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

    /** The defaults. */
    public static BreakerPolicy standard() {
        return STANDARD;
    }

    /** Never opens. */
    public static BreakerPolicy none() {
        return NONE;
    }

    public static Builder builder() {
        return new Builder();
    }

    public boolean isNone() {
        return isNone;
    }

    public int window() {
        return window;
    }

    public int minimumCalls() {
        return minimumCalls;
    }

    public double failureRate() {
        return failureRate;
    }

    public double slowCallRate() {
        return slowCallRate;
    }

    public Duration slowCall(HttpOptions options) {
        return slowCall.orElseGet(() -> fourFifths(options.shortestTimeout()));
    }

    /** Not by Duration's own arithmetic: it wants BigDecimal, slow to set up at the start. */
    private static Duration fourFifths(Duration time) {
        return Duration.ofNanos(TimeUnit.NANOSECONDS.convert(time) / 5 * 4);
    }

    public Duration openFor() {
        return openFor;
    }

    public int probes() {
        return probes;
    }

    public boolean isFailure(int status) {
        return failures.contains(status);
    }

    /** Collects the settings; not threadsafe. Each setter refuses a bad value at once, naming it. */
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

        /** Over how many of the last calls the rates are taken: 1 to 100,000. */
        public Builder window(int calls) {
            this.window = (int) OptionChecks.between("window", calls, 1, MOST_CALLS);
            return this;
        }

        /** Fewer calls than this open nothing: 1 to 100,000; never more than the window. */
        public Builder minimumCalls(int calls) {
            this.minimumCalls = (int) OptionChecks.between("minimumCalls", calls, 1, MOST_CALLS);
            return this;
        }

        /** The part of the calls that must have failed: 0.01 to 1. */
        public Builder failureRate(double rate) {
            this.failureRate = OptionChecks.between("failureRate", rate, 0.01, 1);
            return this;
        }

        /** The part of the calls that must have been slow: 0.01 to 1. */
        public Builder slowCallRate(double rate) {
            this.slowCallRate = OptionChecks.between("slowCallRate", rate, 0.01, 1);
            return this;
        }

        /** A call that takes longer is slow: until the whole answer, or its head where it is passed on as a stream. */
        public Builder slowCall(Duration longerThan) {
            this.slowCall = Optional.of(OptionChecks.timeout("slowCall", longerThan));
            return this;
        }

        /** For how long nothing is sent. */
        public Builder openFor(Duration pause) {
            this.openFor = OptionChecks.timeout("openFor", pause);
            return this;
        }

        /** How many requests then find out whether the backend is back: 1 to 1,000; never more than the minimum calls. */
        public Builder probes(int calls) {
            this.probes = (int) OptionChecks.between("probes", calls, 1, 1_000);
            return this;
        }

        /** The statuses that are failures, in place of the defaults: 500 to 599 each. */
        public Builder failures(int... statuses) {
            this.failures = Arrays.stream(statuses)
                    .mapToObj(status -> (int) OptionChecks.between("failures", status, 500, 599))
                    .collect(Collectors.toUnmodifiableSet());
            return this;
        }

        public BreakerPolicy build() {
            return new BreakerPolicy(this, false);
        }
    }
}
