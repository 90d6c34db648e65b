package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.RetryAfter;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.http.internal.url.Origin;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The failures of calls to one origin. Their messages name the backend, or another origin, and no secret. */
public record TransportFailures(BackendLabel label) {
    /** Creates the failures of calls to an origin without a name. */
    public TransportFailures(Origin origin) {
        this(BackendLabel.of(null, origin));
    }

    public TransportFailure noResponse(@Nullable Exception e) {
        return new TransportFailure(Kind.TIMEOUT, "No answer from " + label + " in time", e);
    }

    public TransportFailure bodyTooLarge(long limitBytes) {
        var message = "The answer of " + label + " has a body of more than " + limitBytes + " bytes";
        return new TransportFailure(Kind.TOO_LARGE, message, null);
    }

    /**
     * Returns the failure of a response that came and cannot be used.
     *
     * @param fault what is odd about the response, such as "has the content coding br"
     */
    public TransportFailure unusable(String fault, @Nullable Exception e) {
        return new TransportFailure(Kind.UNUSABLE, "The response of " + label + ' ' + fault, e);
    }

    public TransportFailure deadline(@Nullable Exception e) {
        return new TransportFailure(Kind.DEADLINE, "The time for the call to " + label + " ran out", e);
    }

    /**
     * Returns the failure of a request that allows less silence than others.
     *
     * @param limit how long the backend may be silent
     */
    public TransportFailure idle(Duration limit, @Nullable Exception e) {
        return new TransportFailure(Kind.IDLE, label + " was silent for " + limit.toMillis() + " ms", e);
    }

    public TransportFailure deadlineBeforeSending() {
        return new TransportFailure(
                Kind.DEADLINE, "The time for the call to " + label + " ran out before it was sent", null);
    }

    public TransportFailure interrupted(@Nullable Exception e) {
        return new TransportFailure(Kind.INTERRUPTED, "The call to " + label + " was interrupted", e);
    }

    public TransportFailure clientClosed(Exception e) {
        return new TransportFailure(Kind.CLOSED, "The client of " + label + " is closed", e);
    }

    public TransportFailure poolFull(@Nullable Exception e) {
        return new TransportFailure(Kind.POOL_FULL, "All connections to " + label + " are in use", e);
    }

    TransportFailure streamsFull() {
        return new TransportFailure(Kind.POOL_FULL, "All streams from " + label + " are in use", null);
    }

    BackendError circuitOpen(Duration untilProbes) {
        return BackendError.of(503, label + " has failed too often of late and is left alone for now")
                .withHeader(RetryAfter.HEADER, RetryAfter.format(untilProbes));
    }

    /** Nothing was sent and nothing broke: this is no transport failure, so the retry policy does not retry it. */
    BackendError noTurnInTime() {
        return BackendError.of(503, "No turn to call " + label + " within the time for the call");
    }

    BackendError tooManyWaiting() {
        return BackendError.of(503, "Too many calls wait for their turn at " + label);
    }
}
