package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import java.util.Locale;

/** How one request that wants to go to a backend ends; the string is its label. */
public enum CallOutcome {
    INFORMATIONAL("1xx"),
    SUCCESS("2xx"),
    REDIRECTION("3xx"),
    CLIENT_ERROR("4xx"),
    SERVER_ERROR("5xx"),
    /** A status of 600 and above, which HTTP does not have. */
    UNKNOWN,
    TIMEOUT,
    /** None could be made, or it was lost. */
    CONNECTION,
    TLS,
    /** No valid HTTP. */
    MALFORMED,
    TOO_LARGE,
    /** Not sent: all connections are in use. */
    FULL,
    /** Not sent: the circuit is open. */
    OPEN,
    /** Not sent: no turn in time, or too many who wait for theirs. */
    PACED,
    /** Its thread was interrupted, or its client closed. */
    CANCELLED,
    /** Ours: a file that cannot be read any more, a bug. */
    ERROR;

    private static final CallOutcome[] ANSWERED = {INFORMATIONAL, SUCCESS, REDIRECTION, CLIENT_ERROR, SERVER_ERROR};

    private final String label;

    CallOutcome() {
        this.label = name().toLowerCase(Locale.ROOT);
    }

    CallOutcome(String label) {
        this.label = label;
    }

    static CallOutcome of(int status) {
        return status >= 100 && status < 600 ? ANSWERED[status / 100 - 1] : UNKNOWN;
    }

    /** What the wire says of itself, else this. */
    static CallOutcome of(BackendError error, CallOutcome otherwise) {
        return error.getCause() instanceof TransportFailure fault ? of(fault.kind()) : otherwise;
    }

    private static CallOutcome of(Kind kind) {
        return switch (kind) {
            case TIMEOUT, DEADLINE -> TIMEOUT;
            case REFUSED, RESET, TRUNCATED -> CONNECTION;
            case TLS -> TLS;
            case MALFORMED -> MALFORMED;
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
