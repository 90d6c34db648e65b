package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import java.util.Locale;

/** How a request to a backend ends. Its string is the label of a metric. */
public enum CallOutcome {
    INFORMATIONAL("1xx"),
    SUCCESS("2xx"),
    REDIRECTION("3xx"),
    CLIENT_ERROR("4xx"),
    SERVER_ERROR("5xx"),
    /** A status of 600 and above, which HTTP does not have. */
    UNKNOWN,
    TIMEOUT,
    /** No connection could be made, or it was lost. */
    CONNECTION,
    TLS,
    /** The response is not valid HTTP, or cannot be decoded. */
    MALFORMED,
    TOO_LARGE,
    /** Not sent: all connections are in use. */
    FULL,
    /** Not sent: the circuit is open. */
    OPEN,
    /** Not sent: the pace has no turn for it in time, or too many requests wait for theirs. */
    PACED,
    /** The thread was interrupted, or the client was closed. */
    CANCELLED,
    /** An error of this service: a file that cannot be read any more, or a bug. */
    ERROR;

    private static final CallOutcome[] BY_CLASS = {INFORMATIONAL, SUCCESS, REDIRECTION, CLIENT_ERROR, SERVER_ERROR};

    private final String label;

    CallOutcome() {
        this.label = name().toLowerCase(Locale.ROOT);
    }

    CallOutcome(String label) {
        this.label = label;
    }

    static CallOutcome of(int status) {
        return status >= 100 && status < 600 ? BY_CLASS[status / 100 - 1] : UNKNOWN;
    }

    /** Returns the outcome by the kind of the transport failure; if the error is not one, the outcome given. */
    static CallOutcome of(BackendError error, CallOutcome otherwise) {
        return error.getCause() instanceof TransportFailure failure ? of(failure.kind()) : otherwise;
    }

    private static CallOutcome of(Kind kind) {
        return switch (kind) {
            case TIMEOUT, DEADLINE, IDLE -> TIMEOUT;
            case REFUSED, RESET, STALE, TRUNCATED, NO_TUNNEL -> CONNECTION;
            case TLS -> TLS;
            case MALFORMED, UNUSABLE -> MALFORMED;
            case TOO_LARGE -> TOO_LARGE;
            case POOL_FULL -> FULL;
            case INTERRUPTED, CLOSED -> CANCELLED;
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
