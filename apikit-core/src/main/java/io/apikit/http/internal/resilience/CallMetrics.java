package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Timing;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.metrics.OutcomeTimer;

/**
 * The last turn before the wire: free, and measured if anybody looks. A call is timed from its own request on, whatever
 * it waited for before; one that is passed on unread until its first byte. Threadsafe.
 */
public final class CallMetrics implements Gate {
    private final OutcomeTimer<CallOutcome> calls;
    private final Timing timing;

    public CallMetrics(BackendMetrics meters, Timing timing) {
        this.timing = timing;
        this.calls = meters.timer(
                "apikit.backend.calls",
                "Requests to the backend, each attempt by itself, and those that were not let out",
                CallOutcome.class);
    }

    @Override
    public Turn next(Deadline deadline) {
        return calls.isBound() ? new Call() : Turn.FREE;
    }

    /** These turns; who gets none is counted under this outcome, unless the error knows better. */
    public Gate counting(CallOutcome refused, Gate turns) {
        return deadline -> {
            try {
                return turns.next(deadline);
            } catch (BackendError none) {
                calls.record(CallOutcome.of(none, refused), 0);
                throw none;
            }
        };
    }

    /** One thread's. */
    private final class Call implements Turn {
        private long sinceNanos;
        private boolean isUnderWay;

        @Override
        public void begins(BackendRequest request) {
            sinceNanos = timing.nanoTime();
            isUnderWay = true;
        }

        @Override
        public BackendResponse answered(BackendResponse response) {
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
