package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.RequestBody;
import io.apikit.http.Transport;
import io.apikit.http.internal.resilience.CallOutcome;
import io.apikit.http.internal.resilience.Gate;
import io.apikit.http.internal.resilience.Gate.Permit;
import io.apikit.http.internal.resilience.TransportFailures;
import java.util.List;

/**
 * Sends a request once it has passed all gates, one after the other, and reports its outcome to them in the opposite
 * order. The permits are held until the response has been read; if it is passed on while it is read, until that ends.
 * Thread-safe.
 */
public final class GatedTransport implements Transport {
    private final Gate[] gates;
    private final TransportFailures failures;
    private final Transport next;

    private GatedTransport(List<Gate> gates, TransportFailures failures, Transport next) {
        this.gates = gates.toArray(Gate[]::new);
        this.failures = failures;
        this.next = next;
    }

    /** Returns {@code next} itself if every gate is {@link Gate#NONE}. */
    public static Transport create(List<Gate> gates, TransportFailures failures, Transport next) {
        var closed = gates.stream().filter(gate -> gate != Gate.NONE).toList();
        return closed.isEmpty() ? next : new GatedTransport(closed, failures, next);
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var stream = StreamedResponse.of(request);
        if (stream != null) {
            stream.close(); // Its permits are given back before the request waits for others.
        }
        requireSendable(request, failures);
        var permit = CompositePermit.acquire(gates, request.deadline().orElseThrow(), stream != null);
        var isHeld = false;
        try {
            permit.sending(request);
            var response = permit.responded(next.send(request));
            isHeld = stream != null && stream.hold(permit);
            return response;
        } catch (BackendError e) {
            permit.failed(e);
            throw e;
        } finally {
            if (!isHeld) {
                permit.close();
            }
        }
    }

    /**
     * Refuses a request whose deadline has passed, whose thread is interrupted or whose body cannot be read. Nothing of
     * it has been sent.
     */
    static void requireSendable(BackendRequest request, TransportFailures failures) {
        if (request.deadline().orElseThrow().isExpired()) {
            throw failures.deadlineBeforeSending().toError();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw failures.interrupted(null).toError();
        }
        request.body().ifPresent(RequestBody::requireReadable);
    }

    /** The permits of all gates for one request. */
    private static final class CompositePermit implements Permit {
        private final Permit[] permits;
        private int count;

        private CompositePermit(int most) {
            this.permits = new Permit[most];
        }

        private static CompositePermit acquire(Gate[] gates, Deadline deadline, boolean isStream) {
            var permit = new CompositePermit(gates.length);
            var isAcquired = false;
            try {
                for (var gate : gates) {
                    permit.add(gate, deadline, isStream);
                }
                isAcquired = true;
                return permit;
            } finally {
                if (!isAcquired) {
                    permit.close();
                }
            }
        }

        private void add(Gate gate, Deadline deadline, boolean isStream) {
            try {
                permits[count] = isStream ? gate.acquireForStream(deadline) : gate.acquire(deadline);
                count++;
            } catch (BackendError e) {
                refused(e, gate.refusal());
                throw e;
            }
        }

        @Override
        public void refused(BackendError error, CallOutcome refusal) {
            for (int i = count - 1; i >= 0; i--) {
                permits[i].refused(error, refusal);
            }
        }

        @Override
        public void sending(BackendRequest request) {
            for (int i = 0; i < count; i++) {
                permits[i].sending(request);
            }
        }

        @Override
        public BackendResponse responded(BackendResponse response) {
            var last = response;
            for (int i = count - 1; i >= 0; i--) {
                last = permits[i].responded(last);
            }
            return last;
        }

        @Override
        public void failed(BackendError error) {
            for (int i = count - 1; i >= 0; i--) {
                permits[i].failed(error);
            }
        }

        @Override
        public void close() {
            for (int i = count - 1; i >= 0; i--) {
                permits[i].close();
            }
        }
    }
}
