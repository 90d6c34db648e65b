package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.metrics.OutcomeTimer;

/**
 * Counts and times the requests to a backend. It lets all of them pass, and stands before the other gates, so that it
 * also counts what those refuse. The time begins when a request is sent: what it waited for at the gates does not
 * count. A response that is passed on while it is read is timed until its first byte. While no registry is bound, a
 * request costs one read. Thread-safe.
 */
public final class CallMetrics implements Gate {
    private final OutcomeTimer<CallOutcome> calls;
    private final Timing timing;

    public CallMetrics(BackendMetrics metrics, Timing timing) {
        this.timing = timing;
        this.calls = metrics.timer(
                "apikit.backend.calls",
                "Requests to the backend, each attempt by itself, and those that were not let out",
                CallOutcome.class);
    }

    @Override
    public Permit acquire(Deadline deadline) {
        return calls.isBound() ? new TimedCall() : Permit.NONE;
    }

    private final class TimedCall implements Permit {
        private long sinceNanos;
        private boolean isUnderWay;

        @Override
        public void refused(BackendError error, CallOutcome refusal) {
            calls.record(CallOutcome.of(error, refusal), 0);
        }

        @Override
        public void sending(BackendRequest request) {
            sinceNanos = timing.nanoTime();
            isUnderWay = true;
        }

        @Override
        public BackendResponse responded(BackendResponse response) {
            end(CallOutcome.of(response.status()));
            return response;
        }

        @Override
        public void failed(BackendError error) {
            end(CallOutcome.of(error, CallOutcome.ERROR));
        }

        @Override
        public void close() {
            end(CallOutcome.ERROR);
        }

        private void end(CallOutcome outcome) {
            if (isUnderWay) {
                isUnderWay = false;
                calls.record(outcome, timing.nanoTime() - sinceNanos);
            }
        }
    }
}
