package io.apikit.http.internal.client;

import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.BackendLabel;
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
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.TruncatedChunkException;

/**
 * Maps the exceptions of Apache's client, of TLS and of sockets to transport failures, whose messages name the backend
 * and no secret.
 */
final class ApacheFailures {
    private final BackendLabel label;
    private final TransportFailures failures;

    private ApacheFailures(TransportFailures failures) {
        this.label = failures.label();
        this.failures = failures;
    }

    static TransportFailure of(Exception e, TransportFailures failures) {
        return new ApacheFailures(failures).of(e);
    }

    private TransportFailure of(Exception e) {
        if (e instanceof ConnectionRoute.ProxyException proxy) {
            return proxy.failure();
        }
        if (e instanceof ConnectionRequestTimeoutException) {
            return failures.poolFull(e);
        }
        if (e instanceof SSLException tls) {
            return ofTls(tls);
        }
        if (e instanceof ConnectionRoute.UnreachableException unreachable && e.getCause() != null) {
            return unreachable(unreachable.target(label), e.getCause());
        }
        if (e instanceof UnknownHostException
                || e instanceof ConnectTimeoutException
                || e instanceof ConnectException) {
            return unreachable(label.shown(), e);
        }
        return ofResponse(e);
    }

    private static TransportFailure unreachable(String target, Throwable e) {
        if (e instanceof SocketTimeoutException) {
            return new TransportFailure(Kind.TIMEOUT, "Cannot connect to " + target + " in time", e).beforeSending();
        }
        var reason = e instanceof UnknownHostException ? "unknown host" : refusal(e);
        return new TransportFailure(Kind.REFUSED, "Cannot connect to " + target + ": " + reason, e);
    }

    private TransportFailure ofResponse(Exception e) {
        if (e instanceof SocketTimeoutException) {
            return failures.noResponse(e);
        }
        if (e instanceof MessageConstraintException) {
            return new TransportFailure(Kind.TOO_LARGE, "The answer of " + label + " has too large headers", e);
        }
        if (e instanceof NoHttpResponseException) {
            return new TransportFailure(Kind.RESET, label + " closed the connection without an answer", e);
        }
        if (e instanceof SocketException) {
            return new TransportFailure(Kind.RESET, "The connection to " + label + " was reset", e);
        }
        if (isTruncation(e)) {
            return new TransportFailure(Kind.TRUNCATED, "The answer of " + label + " broke off", e);
        }
        if (e.getCause() instanceof ResponseFraming.Ambiguity ambiguity) {
            return failures.unusable("is not valid HTTP: " + ambiguity.getMessage(), e);
        }
        return new TransportFailure(Kind.MALFORMED, "The answer of " + label + " is not valid HTTP", e);
    }

    private static boolean isTruncation(Exception e) {
        return e instanceof ConnectionClosedException
                || e instanceof TruncatedChunkException
                || e instanceof EOFException;
    }

    /** Once TLS is spoken, the JDK wraps the network's own failures in exceptions of TLS. */
    private TransportFailure ofTls(SSLException e) {
        if (e.getCause() instanceof SocketTimeoutException || e.getCause() instanceof SocketException) {
            return of((IOException) e.getCause());
        }
        return new TransportFailure(Kind.TLS, "TLS with " + label + " failed: " + tlsReason(e), e);
    }

    private static String refusal(Throwable e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("refused") ? "connection refused" : "no route to it";
    }

    /** An operator has to know why a handshake failed, and the JDK's own messages name classes. */
    private static String tlsReason(SSLException e) {
        if (has(e, CertificateExpiredException.class)) {
            return "its certificate has expired";
        }
        if (has(e, CertificateNotYetValidException.class)) {
            return "its certificate is not valid yet";
        }
        if (has(e, CertPathBuilderException.class) || has(e, CertPathValidatorException.class)) {
            return "its certificate is not trusted";
        }
        if (has(e, CertificateException.class)) {
            return "its certificate is not for this host";
        }
        return "no handshake";
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return Stream.iterate(failure, each -> each != null, Throwable::getCause)
                .anyMatch(type::isInstance);
    }

    /**
     * A connection was found unusable before a byte of the request was sent on it: any request may be sent on another
     * one.
     */
    static final class UnsentException extends NoHttpResponseException {
        private static final long serialVersionUID = 1L;

        UnsentException(String message) {
            super(message);
        }
    }
}
