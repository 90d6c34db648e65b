package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;

/** Decides whether a request may be sent to a backend, and when. A request passes several of them in a row. */
public interface Gate {
    /** Lets every request pass at once; stands for a gate that is switched off. */
    Gate NONE = deadline -> Permit.NONE;

    /**
     * Waits for the permit to send one request. The caller closes it.
     *
     * @throws BackendError 503 if there is none to be had, 504 if there is none by the deadline, 503 if the thread is
     *     interrupted
     */
    Permit acquire(Deadline deadline);

    /** The same for a request whose response is passed on while it is read. */
    default Permit acquireForStream(Deadline deadline) {
        return acquire(deadline);
    }

    /** Returns how a request is counted that this gate refuses, unless the error says it more exactly. */
    default CallOutcome refusal() {
        return CallOutcome.ERROR;
    }

    /**
     * The permission to send one request, now. The outcome of the request is reported to it, unless there is none, and
     * then the permit is closed. Used by one thread.
     */
    interface Permit extends AutoCloseable {
        Permit NONE = new Permit() {};

        /** Another gate refuses the request, after this one has let it pass. */
        default void refused(BackendError error, CallOutcome refusal) {}

        /** All gates are passed: the request is sent now. */
        default void sending(BackendRequest request) {}

        /** Takes the response to the request, and returns the response to be used in its place. */
        default BackendResponse responded(BackendResponse response) {
            return response;
        }

        /** The request has failed: there is no response. */
        default void failed(BackendError error) {}

        @Override
        default void close() {}
    }
}
