package io.apikit.http;

import io.apikit.BackendError;
import io.apikit.http.TransportFault.Kind;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;

/** Tells what an exception of the HTTP client means, in words that name the origin and no secret. */
record Faults(Origin origin) {
    TransportFault of(Exception e) {
        if (e instanceof ConnectionRequestTimeoutException) {
            return full(e);
        }
        if (e instanceof SSLException tls) {
            return ofTls(tls);
        }
        if (e instanceof UnknownHostException) {
            return new TransportFault(Kind.REFUSED, "Cannot connect to " + origin + ": unknown host", e);
        }
        if (e instanceof ConnectTimeoutException) {
            return new TransportFault(Kind.TIMEOUT, "Cannot connect to " + origin + " in time", e);
        }
        if (e instanceof ConnectException) {
            return new TransportFault(Kind.REFUSED, "Cannot connect to " + origin + ": " + whyRefused(e), e);
        }
        return ofAnswer(e);
    }

    private TransportFault ofAnswer(Exception e) {
        if (e instanceof SocketTimeoutException) {
            return silent(e);
        }
        if (e instanceof MessageConstraintException) {
            return new TransportFault(Kind.TOO_LARGE, "The answer of " + origin + " has too large headers", e);
        }
        if (e instanceof NoHttpResponseException) {
            return new TransportFault(Kind.RESET, origin + " closed the connection without an answer", e);
        }
        if (e instanceof SocketException) {
            return new TransportFault(Kind.RESET, "The connection to " + origin + " was reset", e);
        }
        if (isTruncation(e)) {
            return new TransportFault(Kind.TRUNCATED, "The answer of " + origin + " broke off", e);
        }
        return new TransportFault(Kind.MALFORMED, "The answer of " + origin + " is not valid HTTP", e);
    }

    private static boolean isTruncation(Exception e) {
        return e instanceof ConnectionClosedException
                || e instanceof TruncatedChunkException
                || e instanceof EOFException;
    }

    /** The network's own faults reach us dressed as TLS ones once TLS is spoken. */
    private TransportFault ofTls(SSLException e) {
        if (e.getCause() instanceof SocketTimeoutException || e.getCause() instanceof SocketException) {
            return of((IOException) e.getCause());
        }
        return new TransportFault(Kind.TLS, "TLS with " + origin + " failed: " + TlsFaults.reason(e), e);
    }

    private static String whyRefused(Exception e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("refused") ? "connection refused" : "no route to it";
    }

    TransportFault silent(@Nullable Exception e) {
        return new TransportFault(Kind.TIMEOUT, "No answer from " + origin + " in time", e);
    }

    TransportFault bodyTooLarge(long limitBytes) {
        var message = "The answer of " + origin + " has a body of more than " + limitBytes + " bytes";
        return new TransportFault(Kind.TOO_LARGE, message, null);
    }

    TransportFault deadline(@Nullable Exception e) {
        return new TransportFault(Kind.DEADLINE, "The time for the call to " + origin + " ran out", e);
    }

    TransportFault deadlineBefore() {
        return new TransportFault(
                Kind.DEADLINE, "The time for the call to " + origin + " ran out before it was sent", null);
    }

    TransportFault interrupted(@Nullable Exception e) {
        return new TransportFault(Kind.INTERRUPTED, "The call to " + origin + " was interrupted", e);
    }

    TransportFault closed(Exception e) {
        return new TransportFault(Kind.CLOSED, "The client of " + origin + " is closed", e);
    }

    TransportFault full(@Nullable Exception e) {
        return new TransportFault(Kind.POOL_FULL, "All connections to " + origin + " are in use", e);
    }

    BackendError circuitOpen(Duration untilProbes) {
        return BackendError.of(503, origin + " has failed too often of late and is left alone for now")
                .withHeader("Retry-After", RetryAfter.in(untilProbes));
    }

    /** Nothing was sent and nothing broke: no fault of the wire's, so the retry policy leaves it alone. */
    BackendError noTurnInTime() {
        return BackendError.of(503, "No turn to call " + origin + " within the time for the call");
    }

    BackendError tooManyWaiting() {
        return BackendError.of(503, "Too many calls wait for their turn at " + origin);
    }
}
