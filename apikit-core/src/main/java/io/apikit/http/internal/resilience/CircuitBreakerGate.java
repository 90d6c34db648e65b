package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreaker.State;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops sending to a backend that fails, and finds out with few requests whether it is back. Threadsafe.
 *
 * <p>Its changes are noticed by whoever caused them: a listener of the library's own would have it make an event of
 * every call.
 */
public final class CircuitBreakerGate implements Gate {
    private static final Logger log = LoggerFactory.getLogger(CircuitBreakerGate.class);

    private static final List<State> STATES = List.of(State.CLOSED, State.OPEN, State.HALF_OPEN);

    private final CircuitBreaker circuit;
    private final BreakerPolicy policy;
    private final Timing timing;
    private final TransportFailures faults;
    private final long slowNanos;

    /** The library logs what it is given, and wants a throwable for an answer too: it gets no error of ours. */
    private final Throwable failure = new Failure();

    private final AtomicReference<Seen> seen;

    public CircuitBreakerGate(BreakerPolicy policy, HttpOptions options, Timing timing, TransportFailures faults) {
        this.policy = policy;
        this.timing = timing;
        this.faults = faults;
        this.slowNanos = policy.slowCall(options).toNanos();
        this.circuit = CircuitBreaker.of(faults.origin().toString(), config(policy, options, timing));
        this.seen = new AtomicReference<>(new Seen(State.CLOSED, timing.nanoTime()));
    }

    private static CircuitBreakerConfig config(BreakerPolicy policy, HttpOptions options, Timing timing) {
        return CircuitBreakerConfig.custom()
                .slidingWindowSize(policy.window())
                .minimumNumberOfCalls(policy.minimumCalls())
                .failureRateThreshold((float) (policy.failureRate() * 100))
                .slowCallRateThreshold((float) (policy.slowCallRate() * 100))
                .slowCallDurationThreshold(policy.slowCall(options))
                .waitDurationInOpenState(policy.openFor())
                .permittedNumberOfCallsInHalfOpenState(policy.probes())
                .clock(new MonotonicClock(timing))
                .currentTimestampFunction(clock -> timing.nanoTime(), TimeUnit.NANOSECONDS)
                .build();
    }

    /** Under the names that resilience4j's own binder gives. */
    public CircuitBreakerGate measuredBy(BackendMetrics meters) {
        var circuits = "resilience4j.circuitbreaker.";
        var name = Tags.of("name", circuit.getName());
        for (var state : STATES) {
            var label = state.name().toLowerCase(Locale.ROOT);
            meters.gauge(
                    circuits + "state",
                    "1 for the state that the circuit to the backend is in",
                    name.and("state", label),
                    () -> circuit.getState() == state ? 1 : 0);
        }
        meters.gauge(
                circuits + "failure.rate",
                "Percentage of failed calls in the window; -1 while there are too few",
                name,
                circuit.getMetrics()::getFailureRate);
        meters.gauge(
                circuits + "slow.call.rate",
                "Percentage of slow calls in the window; -1 while there are too few",
                name,
                circuit.getMetrics()::getSlowCallRate);
        return this;
    }

    @Override
    public Turn next(Deadline deadline) {
        var permitted = circuit.tryAcquirePermission();
        var state = noticed();
        if (!permitted) {
            throw faults.circuitOpen(untilProbes(state));
        }
        return new Call(state.state == State.HALF_OPEN);
    }

    /** Where the probes are under way nobody knows how long they take. */
    private Duration untilProbes(Seen state) {
        var open = Duration.ofNanos(timing.nanoTime() - state.sinceNanos);
        return state.state == State.OPEN ? policy.openFor().minus(open) : Duration.ZERO;
    }

    private Seen noticed() {
        while (true) {
            var before = seen.get();
            var now = circuit.getState();
            if (now == before.state) {
                return before;
            }
            var changed = new Seen(now, timing.nanoTime());
            if (seen.compareAndSet(before, changed)) {
                tellOf(now);
                return changed;
            }
        }
    }

    private void tellOf(State state) {
        var metrics = circuit.getMetrics();
        if (state == State.OPEN) {
            log.warn(
                    "The circuit to {} is OPEN: of {} calls {} failed and {} were slow",
                    faults.origin(),
                    metrics.getNumberOfBufferedCalls(),
                    metrics.getNumberOfFailedCalls(),
                    metrics.getNumberOfSlowCalls());
        } else {
            log.info("The circuit to {} is {}", faults.origin(), state);
        }
    }

    /** A state, and since when it was seen. */
    private record Seen(State state, long sinceNanos) {}

    /** One request that was let through; one thread's. */
    private final class Call implements Turn {
        private final boolean isProbe;
        private boolean isTimed;
        private long sinceNanos;
        private boolean isTold;

        private Call(boolean isProbe) {
            this.isProbe = isProbe;
        }

        /**
         * What it waited for a turn or a place is not the backend's doing; nor is how fast a body comes that its caller
         * brings along.
         */
        @Override
        public void begins(BackendRequest request) {
            isTimed = request.isReplayable();
            sinceNanos = timing.nanoTime();
        }

        @Override
        public BackendResponse answered(BackendResponse response) {
            tell(policy.isFailure(response.status()));
            return response;
        }

        @Override
        public void failed(BackendError error) {
            if (TransportFailure.isTheBackends(error) || (TransportFailure.isDeadline(error) && took() >= slowNanos)) {
                tell(true);
            } else if (TransportFailure.isAnAnswer(error)) {
                tell(false);
            }
        }

        @Override
        public void close() {
            if (!isTold && counts()) {
                circuit.releasePermission();
            }
        }

        private void tell(boolean isFailure) {
            isTold = true;
            if (!counts()) {
                return;
            }
            if (isFailure) {
                circuit.onError(took(), TimeUnit.NANOSECONDS, failure);
            } else {
                circuit.onSuccess(took(), TimeUnit.NANOSECONDS);
            }
            noticed();
        }

        private long took() {
            return isTimed ? timing.nanoTime() - sinceNanos : 0;
        }

        /**
         * One that was sent before the circuit opened says nothing of a backend that may be back since. A probe is always
         * of now: what half-open comes to is known with the last of them, and not before.
         */
        private boolean counts() {
            return isProbe || circuit.getState() != State.HALF_OPEN;
        }
    }

    private static final class Failure extends Exception {
        private static final long serialVersionUID = 1L;

        private Failure() {
            super("a call failed", null, false, false);
        }
    }
}
