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
 * Stops sending to a backend that fails, and finds out with few requests whether it is back. Thread-safe.
 *
 * <p>A change of state is noticed by the thread that causes it. A listener registered with resilience4j would make that
 * create an event object for every call.
 */
public final class CircuitBreakerGate implements Gate {
    private static final Logger log = LoggerFactory.getLogger(CircuitBreakerGate.class);

    private static final List<State> STATES = List.of(State.CLOSED, State.OPEN, State.HALF_OPEN);

    private final CircuitBreaker circuit;
    private final BreakerPolicy policy;
    private final Timing timing;
    private final TransportFailures failures;
    private final long slowNanos;

    /**
     * resilience4j wants a throwable for a response that counts as failure too, and logs it. It is given this one, so
     * that none of our errors is logged.
     */
    private final Throwable failure = new CallFailure();

    private final AtomicReference<SeenState> seen;

    private CircuitBreakerGate(BreakerPolicy policy, HttpOptions options, Timing timing, TransportFailures failures) {
        this.policy = policy;
        this.timing = timing;
        this.failures = failures;
        this.slowNanos = policy.slowCall(options).toNanos();
        this.circuit = CircuitBreaker.of(failures.label().name(), config(policy, options, timing));
        this.seen = new AtomicReference<>(new SeenState(State.CLOSED, timing.nanoTime()));
    }

    /** Returns {@link Gate#NONE} if the policy is none. */
    public static Gate create(
            BreakerPolicy policy,
            HttpOptions options,
            Timing timing,
            TransportFailures failures,
            BackendMetrics metrics) {
        return policy.isNone()
                ? Gate.NONE
                : new CircuitBreakerGate(policy, options, timing, failures).measuredBy(metrics);
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

    /** Registers gauges under the names that resilience4j's own binder gives. */
    private CircuitBreakerGate measuredBy(BackendMetrics metrics) {
        var circuits = "resilience4j.circuitbreaker.";
        var name = Tags.of("name", circuit.getName());
        for (var state : STATES) {
            var label = state.name().toLowerCase(Locale.ROOT);
            metrics.gauge(
                    circuits + "state",
                    "1 for the state that the circuit to the backend is in",
                    name.and("state", label),
                    () -> circuit.getState() == state ? 1 : 0);
        }
        metrics.gauge(
                circuits + "failure.rate",
                "Percentage of failed calls in the window; -1 while there are too few",
                name,
                circuit.getMetrics()::getFailureRate);
        metrics.gauge(
                circuits + "slow.call.rate",
                "Percentage of slow calls in the window; -1 while there are too few",
                name,
                circuit.getMetrics()::getSlowCallRate);
        return this;
    }

    @Override
    public Permit acquire(Deadline deadline) {
        var permitted = circuit.tryAcquirePermission();
        var state = updateState();
        if (!permitted) {
            throw failures.circuitOpen(untilProbes(state));
        }
        return new CircuitPermit(state.state == State.HALF_OPEN);
    }

    @Override
    public CallOutcome refusal() {
        return CallOutcome.OPEN;
    }

    /** Returns zero while probe calls run, since nobody knows how long those take. */
    private Duration untilProbes(SeenState state) {
        var open = Duration.ofNanos(timing.nanoTime() - state.sinceNanos);
        return state.state == State.OPEN ? policy.openFor().minus(open) : Duration.ZERO;
    }

    private SeenState updateState() {
        while (true) {
            var before = seen.get();
            var now = circuit.getState();
            if (now == before.state) {
                return before;
            }
            var changed = new SeenState(now, timing.nanoTime());
            if (seen.compareAndSet(before, changed)) {
                log(now);
                return changed;
            }
        }
    }

    private void log(State state) {
        var metrics = circuit.getMetrics();
        if (state == State.OPEN) {
            log.warn(
                    "The circuit to {} is OPEN: of {} calls {} failed and {} were slow",
                    failures.label().logged(),
                    metrics.getNumberOfBufferedCalls(),
                    metrics.getNumberOfFailedCalls(),
                    metrics.getNumberOfSlowCalls());
        } else {
            log.info("The circuit to {} is {}", failures.label().logged(), state);
        }
    }

    /** A state of the circuit, and when it was first seen. */
    private record SeenState(State state, long sinceNanos) {}

    private final class CircuitPermit implements Permit {
        private final boolean isProbe;
        private boolean isTimed;
        private long sinceNanos;
        private boolean isReported;

        private CircuitPermit(boolean isProbe) {
            this.isProbe = isProbe;
        }

        /**
         * The time at the gates does not count, since it is not the backend's doing. A body that cannot be sent again
         * comes as fast as its caller sends it, so its request is not timed. A request with an idle timeout of its
         * own is not timed either, since its response is expected to be silent.
         */
        @Override
        public void sending(BackendRequest request) {
            isTimed = request.isReplayable() && request.idleTimeout().isEmpty();
            sinceNanos = timing.nanoTime();
        }

        @Override
        public BackendResponse responded(BackendResponse response) {
            report(policy.isFailure(response.status()));
            return response;
        }

        @Override
        public void failed(BackendError error) {
            if (TransportFailure.isBackendFault(error) || (TransportFailure.isDeadline(error) && took() >= slowNanos)) {
                report(true);
            } else if (TransportFailure.isResponse(error)) {
                report(false);
            }
        }

        @Override
        public void close() {
            if (!isReported && counts()) {
                circuit.releasePermission();
            }
        }

        private void report(boolean isFailure) {
            isReported = true;
            if (!counts()) {
                return;
            }
            if (isFailure) {
                circuit.onError(took(), TimeUnit.NANOSECONDS, failure);
            } else {
                circuit.onSuccess(took(), TimeUnit.NANOSECONDS);
            }
            updateState();
        }

        private long took() {
            return isTimed ? timing.nanoTime() - sinceNanos : 0;
        }

        /**
         * Ignores calls that began before the circuit opened: they say nothing about a backend that may have recovered.
         * A probe call always counts. The state after the probes is known with the last of them, and not before.
         */
        private boolean counts() {
            return isProbe || circuit.getState() != State.HALF_OPEN;
        }
    }

    private static final class CallFailure extends Exception {
        private static final long serialVersionUID = 1L;

        private CallFailure() {
            super("a call failed", null, false, false);
        }
    }
}
