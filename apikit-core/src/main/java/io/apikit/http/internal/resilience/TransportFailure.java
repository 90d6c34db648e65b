package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.jspecify.annotations.Nullable;

/**
 * The cause of a {@link BackendError} that the wire itself gave, and by which the retry policy knows it from errors of
 * other layers. Its message says no more than the error's content.
 */
public final class TransportFailure extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can go wrong on the wire: the status it becomes, and what it says of the backend. */
    public enum Kind {
        REFUSED(502, Means.MAY_PASS),
        RESET(502, Means.MAY_PASS),
        TRUNCATED(502, Means.MAY_PASS),
        TIMEOUT(504, Means.MAY_PASS),
        TLS(502, Means.WILL_STAY),
        MALFORMED(502, Means.WILL_STAY),
        TOO_LARGE(502, Means.NOTHING),
        DEADLINE(504, Means.NOTHING),
        POOL_FULL(503, Means.NOTHING),
        INTERRUPTED(503, Means.NOTHING),
        CLOSED(503, Means.NOTHING);

        private final int status;
        private final Means means;

        Kind(int status, Means means) {
            this.status = status;
            this.means = means;
        }
    }

    /** Whether the backend is unwell, and whether another attempt may fare better. */
    private enum Means {
        MAY_PASS,
        WILL_STAY,
        NOTHING
    }

    private final Kind kind;

    TransportFailure(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }

    /** Whether this error is the wire's, and of a kind that another attempt may not meet. */
    public static boolean isRetryable(BackendError error) {
        return error.getCause() instanceof TransportFailure fault && fault.kind.means == Means.MAY_PASS;
    }

    /** Whether this error is the wire's, and the backend's fault. */
    static boolean isTheBackends(BackendError error) {
        return error.getCause() instanceof TransportFailure fault && fault.kind.means != Means.NOTHING;
    }

    /** Whether this error is made of an answer that came in good order. */
    static boolean isAnAnswer(BackendError error) {
        return error.getCause() instanceof TransportFailure fault && fault.kind == Kind.TOO_LARGE;
    }

    /** Whether this error is the wire's, whose time for the request ran out. */
    static boolean isDeadline(BackendError error) {
        return error.getCause() instanceof TransportFailure fault && fault.kind == Kind.DEADLINE;
    }

    /** The same fault of a request that may have been carried out all the same. */
    public TransportFailure withUnknownOutcome(String method) {
        return new TransportFailure(
                kind, getMessage() + "; whether the " + method + " was carried out is unknown", getCause());
    }

    public BackendError toError() {
        var error = BackendError.of(kind.status, getMessage());
        var told = kind == Kind.POOL_FULL ? error.withHeader("Retry-After", "1") : error;
        told.initCause(this);
        return told;
    }

    /** A connection was found unusable before a byte of the request went out on it: any request may go by another. */
    public static final class UnsentException extends NoHttpResponseException {
        private static final long serialVersionUID = 1L;

        public UnsentException(String message) {
            super(message);
        }
    }
}
