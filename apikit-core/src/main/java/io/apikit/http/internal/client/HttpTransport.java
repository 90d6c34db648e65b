package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.Transport;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.BaseUrl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The last transport: sends a request over HTTP/1.1 and reads its response. One pool of connections per backend.
 * Thread-safe; platform and virtual threads may wait in it.
 *
 * <p>A request has its deadline, and its JSON body as bytes, when it comes here: a session, or {@link BareTransport},
 * sees to that. Nothing is added to it: no credentials, no cookies, no retries. A redirect is a response and is returned,
 * so nothing is ever sent to another host unasked. A response is read whole, decompressed, up to
 * {@link HttpOptions#bodyLimitBytes()}; its headers are limited to 200 of 64 KiB each. If a {@link StreamedResponse}
 * travels with the request, the response's body is left on the wire for it.
 *
 * <p>The request's deadline bounds the whole exchange, however slowly the backend sends. Only the look-up of the host's
 * name cannot be cut short. A failure is a {@link BackendError} that names the origin:
 *
 * <ul>
 *   <li>502: no connection, reset, TLS, a response that is broken off, malformed or too large. Where a request that is
 *       not idempotent may have been sent, the error says that its outcome is unknown
 *   <li>503: the client is closed, or the thread interrupted (its flag stays set)
 *   <li>504: any of the timeouts
 * </ul>
 *
 * <p>A pooled connection that has been idle for 20 ms is checked before it is used again. One that the server has closed
 * meanwhile is replaced, unnoticed. If it turns out to be closed only when the request is sent, an idempotent request is
 * sent once more, on a new connection; any other request ends with a 502. A connection on which more came than the last
 * response is not used again.
 */
public final class HttpTransport implements Transport, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    private final ApacheClient client;
    private final BackendMetrics metrics;
    private final HttpExchange.Route route;
    private final boolean isOwner;

    private HttpTransport(ApacheClient client, BackendMetrics metrics, HttpExchange.Route route, boolean isOwner) {
        this.client = client;
        this.metrics = metrics;
        this.route = route;
        this.isOwner = isOwner;
    }

    /**
     * Opens a client for the backend at this base URL. A path in it is put before that of each request.
     *
     * @param baseUrl {@code http} or {@code https}, without user information, query or fragment
     * @throws IllegalArgumentException for another URL; it does not quote it, since it may hold a password
     */
    public static HttpTransport to(String baseUrl, HttpOptions options) {
        var base = BaseUrl.parse(baseUrl);
        if (options.tls().isInsecure()) {
            log.warn("TLS to {} is insecure: no certificate and no host name is checked", base.origin());
        }
        var metrics = new BackendMetrics(base.origin().toString());
        var client = ApacheClient.open(options, base.origin().isSecure()).measuredBy(metrics);
        return new HttpTransport(client, metrics, new HttpExchange.Route(base.origin(), base.prefix()), true);
    }

    /**
     * Returns a transport of the same client, timeouts and TLS to another origin. Paths are relative to that origin's
     * root. Closing it closes nothing.
     *
     * @param otherOrigin {@code scheme://host[:port]} and nothing else
     * @throws BackendError 502 for anything else, since it came from a backend's response as a rule; it is not quoted
     */
    public HttpTransport at(String otherOrigin) {
        return new HttpTransport(client, metrics, new HttpExchange.Route(BaseUrl.origin(otherOrigin), ""), false);
    }

    /** Returns what is measured of this backend; of this transport itself, its connections. */
    public BackendMetrics metrics() {
        return metrics;
    }

    public HttpOptions options() {
        return client.options();
    }

    /** Returns the failures of the exchanges with this origin. */
    public TransportFailures failures() {
        return route.failures();
    }

    /** Returns {@code scheme://host[:port]}, without a default port, in lower case. */
    public String origin() {
        return route.origin().toString();
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var stream = StreamedResponse.of(request);
        var exchange = new HttpExchange(client, route, request);
        try {
            return stream == null ? exchange.run() : stream.open(exchange);
        } catch (BackendError e) {
            if (!exchange.mayReconnect()) {
                throw e;
            }
        }
        // The pool's other idle connections are as old as the one that was found closed: they are closed with it.
        client.dropIdle();
        var again = new HttpExchange(client, route, request);
        return stream == null ? again.run() : stream.open(again);
    }

    /** Closes the client with its connections. Exchanges under way break off. */
    @Override
    public void close() {
        if (isOwner) {
            client.close();
        }
    }

    @Override
    public String toString() {
        return "HttpTransport[" + route.origin() + route.prefix() + ']';
    }
}
