package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.RetryAfter;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A failure of the connection to the backend. It is the cause of the {@link BackendError} that it becomes: by that, the
 * retry policy and the circuit breaker distinguish it from errors of other layers. Its message says no more than the
 * error's content.
 */
public final class TransportFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can go wrong: the status that it becomes, and what it says of the backend. */
    public enum Kind {
        REFUSED(502, BackendFault.TRANSIENT),
        RESET(502, BackendFault.TRANSIENT),
        /** A kept connection was closed before a byte of the response: servers do that, and it shows no fault. */
        STALE(502, BackendFault.NONE),
        TRUNCATED(502, BackendFault.TRANSIENT),
        TIMEOUT(504, BackendFault.TRANSIENT),
        TLS(502, BackendFault.PERMANENT),
        /** The proxy on the way refuses to connect to the backend. */
        NO_TUNNEL(502, BackendFault.PERMANENT),
        MALFORMED(502, BackendFault.PERMANENT),
        TOO_LARGE(502, BackendFault.NONE),
        /** The response came to its end, and something in it makes it of no use. */
        UNUSABLE(502, BackendFault.NONE),
        DEADLINE(504, BackendFault.NONE),
        /** The backend was silent for longer than the request allows, and not longer than others do. */
        IDLE(504, BackendFault.NONE),
        POOL_FULL(503, BackendFault.NONE),
        INTERRUPTED(503, BackendFault.NONE),
        CLOSED(503, BackendFault.NONE);

        private final int status;
        private final BackendFault fault;

        Kind(int status, BackendFault fault) {
            this.status = status;
            this.fault = fault;
        }
    }

    /** Whether the backend is at fault, and whether another attempt may succeed. */
    private enum BackendFault {
        TRANSIENT,
        PERMANENT,
        NONE
    }

    private final Kind kind;
    private boolean isUnsent;

    public TransportFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Returns whether this error is a transport failure of a kind that another attempt may not meet. */
    public static boolean isRetryable(BackendError error) {
        return error.getCause() instanceof TransportFailure failure
                && (failure.kind.fault == BackendFault.TRANSIENT || failure.kind == Kind.STALE);
    }

    /** Returns whether this exception means that a kept connection was closed before a byte of the response. */
    public static boolean isStaleConnection(Throwable thrown) {
        return Stream.iterate(thrown, each -> each != null, Throwable::getCause)
                .anyMatch(each -> each instanceof TransportFailure failure && failure.kind == Kind.STALE);
    }

    /** Returns whether this error means that a request was sent, and that its response did not come in time. */
    static boolean isResponseTimeout(BackendError error) {
        return error.getCause() instanceof TransportFailure failure
                && failure.kind == Kind.TIMEOUT
                && !failure.isUnsent;
    }

    /** Returns whether this error is a transport failure, and the backend's fault. */
    static boolean isBackendFault(BackendError error) {
        return error.getCause() instanceof TransportFailure failure && failure.kind.fault != BackendFault.NONE;
    }

    /** Returns whether this error was made of a response that came: the backend is there, and did respond. */
    static boolean isResponse(BackendError error) {
        return error.getCause() instanceof TransportFailure failure && isResponse(failure.kind);
    }

    private static boolean isResponse(Kind kind) {
        return kind == Kind.TOO_LARGE || kind == Kind.UNUSABLE;
    }

    /** Returns whether this error means that the time for the request ran out. */
    static boolean isDeadline(BackendError error) {
        return error.getCause() instanceof TransportFailure failure && failure.kind == Kind.DEADLINE;
    }

    /** Returns this failure, of a request that was not sent: there was no connection. */
    public TransportFailure beforeSending() {
        isUnsent = true;
        return this;
    }

    /** Returns this failure as one of another kind. */
    public TransportFailure as(Kind other) {
        return new TransportFailure(other, String.valueOf(getMessage()), getCause());
    }

    /** Returns this failure for a request that the backend may have carried out nevertheless. */
    public TransportFailure withUnknownOutcome(String method) {
        return new TransportFailure(
                kind, getMessage() + "; whether the " + method + " was carried out is unknown", getCause());
    }

    public BackendError toError() {
        var error = BackendError.of(kind.status, getMessage());
        var complete = kind == Kind.POOL_FULL ? error.withHeader(RetryAfter.HEADER, "1") : error;
        complete.initCause(this);
        return complete;
    }
}
