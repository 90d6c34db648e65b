package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.RetryAfter;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import io.apikit.http.internal.url.Origin;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Duration;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;
import org.jspecify.annotations.Nullable;

/** Tells what an exception of the HTTP client means, in words that name the origin and no secret. */
public record TransportFailures(Origin origin) {
    public TransportFailure of(Exception e) {
        if (e instanceof ConnectionRequestTimeoutException) {
            return full(e);
        }
        if (e instanceof SSLException tls) {
            return ofTls(tls);
        }
        if (e instanceof UnknownHostException) {
            return new TransportFailure(Kind.REFUSED, "Cannot connect to " + origin + ": unknown host", e);
        }
        if (e instanceof ConnectTimeoutException) {
            return new TransportFailure(Kind.TIMEOUT, "Cannot connect to " + origin + " in time", e);
        }
        if (e instanceof ConnectException) {
            return new TransportFailure(Kind.REFUSED, "Cannot connect to " + origin + ": " + whyRefused(e), e);
        }
        return ofAnswer(e);
    }

    private TransportFailure ofAnswer(Exception e) {
        if (e instanceof SocketTimeoutException) {
            return silent(e);
        }
        if (e instanceof MessageConstraintException) {
            return new TransportFailure(Kind.TOO_LARGE, "The answer of " + origin + " has too large headers", e);
        }
        if (e instanceof NoHttpResponseException) {
            return new TransportFailure(Kind.RESET, origin + " closed the connection without an answer", e);
        }
        if (e instanceof SocketException) {
            return new TransportFailure(Kind.RESET, "The connection to " + origin + " was reset", e);
        }
        if (isTruncation(e)) {
            return new TransportFailure(Kind.TRUNCATED, "The answer of " + origin + " broke off", e);
        }
        return new TransportFailure(Kind.MALFORMED, "The answer of " + origin + " is not valid HTTP", e);
    }

    private static boolean isTruncation(Exception e) {
        return e instanceof ConnectionClosedException
                || e instanceof TruncatedChunkException
                || e instanceof EOFException;
    }

    /** The network's own faults reach us dressed as TLS ones once TLS is spoken. */
    private TransportFailure ofTls(SSLException e) {
        if (e.getCause() instanceof SocketTimeoutException || e.getCause() instanceof SocketException) {
            return of((IOException) e.getCause());
        }
        return new TransportFailure(Kind.TLS, "TLS with " + origin + " failed: " + TlsFailures.reason(e), e);
    }

    private static String whyRefused(Exception e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("refused") ? "connection refused" : "no route to it";
    }

    public TransportFailure silent(@Nullable Exception e) {
        return new TransportFailure(Kind.TIMEOUT, "No answer from " + origin + " in time", e);
    }

    public TransportFailure bodyTooLarge(long limitBytes) {
        var message = "The answer of " + origin + " has a body of more than " + limitBytes + " bytes";
        return new TransportFailure(Kind.TOO_LARGE, message, null);
    }

    public TransportFailure deadline(@Nullable Exception e) {
        return new TransportFailure(Kind.DEADLINE, "The time for the call to " + origin + " ran out", e);
    }

    public TransportFailure deadlineBefore() {
        return new TransportFailure(
                Kind.DEADLINE, "The time for the call to " + origin + " ran out before it was sent", null);
    }

    public TransportFailure interrupted(@Nullable Exception e) {
        return new TransportFailure(Kind.INTERRUPTED, "The call to " + origin + " was interrupted", e);
    }

    public TransportFailure closed(Exception e) {
        return new TransportFailure(Kind.CLOSED, "The client of " + origin + " is closed", e);
    }

    TransportFailure full(@Nullable Exception e) {
        return new TransportFailure(Kind.POOL_FULL, "All connections to " + origin + " are in use", e);
    }

    BackendError circuitOpen(Duration untilProbes) {
        return BackendError.of(503, origin + " has failed too often of late and is left alone for now")
                .withHeader("Retry-After", RetryAfter.format(untilProbes));
    }

    /** Nothing was sent and nothing broke: no fault of the wire's, so the retry policy leaves it alone. */
    BackendError noTurnInTime() {
        return BackendError.of(503, "No turn to call " + origin + " within the time for the call");
    }

    BackendError tooManyWaiting() {
        return BackendError.of(503, "Too many calls wait for their turn at " + origin);
    }

    /** Says in plain words why a TLS handshake failed: an operator has to know, and the JDK's own words name classes. */
    static final class TlsFailures {
        private TlsFailures() {}

        static String reason(Exception failure) {
            if (has(failure, CertificateExpiredException.class)) {
                return "its certificate has expired";
            }
            if (has(failure, CertificateNotYetValidException.class)) {
                return "its certificate is not valid yet";
            }
            if (has(failure, CertPathBuilderException.class) || has(failure, CertPathValidatorException.class)) {
                return "its certificate is not trusted";
            }
            if (has(failure, CertificateException.class)) {
                return "its certificate is not for this host";
            }
            return "no handshake";
        }

        private static boolean has(Throwable failure, Class<? extends Throwable> type) {
            return Stream.iterate(failure, each -> each != null, Throwable::getCause)
                    .anyMatch(type::isInstance);
        }
    }
}
