package io.apikit.http;

import io.apikit.BackendError;
import org.jspecify.annotations.Nullable;

/**
 * The cause of a {@link BackendError} that the wire itself gave, and by which the retry policy knows it from errors of
 * other layers. Its message says no more than the error's content.
 */
final class TransportFault extends Exception {
    private static final long serialVersionUID = 1L;

    /** What can go wrong on the wire: the status it becomes, and whether another attempt may fare better. */
    enum Kind {
        REFUSED(502, true),
        RESET(502, true),
        TRUNCATED(502, true),
        TIMEOUT(504, true),
        TLS(502, false),
        MALFORMED(502, false),
        TOO_LARGE(502, false),
        DEADLINE(504, false),
        POOL_FULL(503, false),
        INTERRUPTED(503, false),
        CLOSED(503, false);

        private final int status;
        private final boolean retryable;

        Kind(int status, boolean retryable) {
            this.status = status;
            this.retryable = retryable;
        }
    }

    private final Kind kind;

    TransportFault(Kind kind, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Whether this error is the wire's, and of a kind that another attempt may not meet. */
    static boolean isRetryable(BackendError error) {
        return error.getCause() instanceof TransportFault fault && fault.kind.retryable;
    }

    /** The same fault of a request that may have been carried out all the same. */
    TransportFault withUnknownOutcome(String method) {
        return new TransportFault(
                kind, getMessage() + "; whether the " + method + " was carried out is unknown", getCause());
    }

    BackendError toError() {
        var error = BackendError.of(kind.status, getMessage());
        var told = kind == Kind.POOL_FULL ? error.withHeader("Retry-After", "1") : error;
        told.initCause(this);
        return told;
    }
}
