package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.resilience.ConnectionDemand;
import io.apikit.http.internal.resilience.RetryBudget;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.http.internal.url.BaseUrl;
import org.jspecify.annotations.Nullable;
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
 * name cannot be cut short. A failure is a {@link BackendError} that names the backend:
 *
 * <ul>
 *   <li>502: no connection, reset, TLS, a response that is broken off, malformed or too large. Where a request that is
 *       not idempotent may have been sent, the error says that its outcome is unknown
 *   <li>503: the client is closed, or the thread interrupted (its flag stays set)
 *   <li>504: any of the timeouts
 * </ul>
 *
 * <p>A kept connection is checked before it is used again: for a request that cannot be sent again, always; for any
 * other, at its first reuse, if it has been idle for 20 ms, or if one was reset in the last 30 s. One that the server
 * has closed is replaced, unnoticed. If it turns out to be closed only when the request is sent, an idempotent request
 * is sent once more, on a new connection, paid from the retry budget; any other request ends with a 502. A request that
 * cannot be sent again gets no connection that has been idle for {@link HttpOptions#maxIdleForPost()}, unless the
 * server has announced another time. A connection on which more came than the last response is not used again.
 */
public final class HttpTransport implements Transport, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    private final ApacheClient client;
    private final BackendMetrics metrics;
    private final RetryBudget budget;
    private final HttpExchange.Route route;
    private final boolean isOwner;

    private HttpTransport(
            ApacheClient client,
            BackendMetrics metrics,
            RetryBudget budget,
            HttpExchange.Route route,
            boolean isOwner) {
        this.client = client;
        this.metrics = metrics;
        this.budget = budget;
        this.route = route;
        this.isOwner = isOwner;
    }

    /**
     * Opens a client for the backend at this base URL. A path in it is put before that of each request.
     *
     * @param baseUrl {@code http} or {@code https}, without user information, query or fragment
     * @param retry whose budget pays for requests that are sent again because a kept connection was closed
     * @throws IllegalArgumentException for another URL; it does not quote it, since it may hold a password
     */
    public static HttpTransport to(String baseUrl, HttpOptions options, RetryPolicy retry) {
        return to(baseUrl, options, retry, Timing.system());
    }

    /** @param timing the time that connections are idle */
    static HttpTransport to(String baseUrl, HttpOptions options, RetryPolicy retry, Timing timing) {
        return to(baseUrl, null, options, retry, timing);
    }

    /**
     * Makes the transport of a backend.
     *
     * @param name what the author calls it, for errors, logs and metrics; null for nothing
     */
    public static HttpTransport to(String baseUrl, @Nullable String name, HttpOptions options, RetryPolicy retry) {
        return to(baseUrl, name, options, retry, Timing.system());
    }

    private static HttpTransport to(
            String baseUrl, @Nullable String name, HttpOptions options, RetryPolicy retry, Timing timing) {
        var base = BaseUrl.parse(baseUrl);
        var label = BackendLabel.of(name, base.origin());
        if (options.tls().isInsecure()) {
            log.warn("TLS to {} is insecure: no certificate and no host name is checked", label.logged());
        }
        var metrics = new BackendMetrics(label.name());
        var client =
                ApacheClient.open(options, base.origin().isSecure(), timing).measuredBy(metrics);
        var way = ConnectionRoute.of(base.origin(), options, base.origin());
        var route = new HttpExchange.Route(base.origin(), base.prefix(), way, new TransportFailures(label));
        return new HttpTransport(client, metrics, RetryBudget.of(retry, metrics), route, true);
    }

    /**
     * Returns a transport of the same client, timeouts and TLS to another origin. Paths are relative to that origin's
     * root. Closing it closes nothing.
     *
     * @param otherOrigin {@code scheme://host[:port]} and nothing else
     * @throws BackendError 502 for anything else, since it came from a backend's response as a rule; it is not quoted
     */
    public HttpTransport at(String otherOrigin) {
        var origin = BaseUrl.origin(otherOrigin);
        var way = ConnectionRoute.of(origin, options(), route.way().backend());
        var other = new HttpExchange.Route(origin, "", way, new TransportFailures(origin));
        return new HttpTransport(client, metrics, budget, other, false);
    }

    /** Returns what is measured of this backend; of this transport itself, its connections. */
    public BackendMetrics metrics() {
        return metrics;
    }

    /** Returns the budget for requests that are sent again. */
    public RetryBudget budget() {
        return budget;
    }

    public HttpOptions options() {
        return client.options();
    }

    /** Returns the failures of the exchanges with this origin. */
    public TransportFailures failures() {
        return route.failures();
    }

    /** Returns how the backend is called; one at another origin, by that. */
    public BackendLabel label() {
        return failures().label();
    }

    /** Returns {@code scheme://host[:port]}, without a default port, in lower case. */
    public String origin() {
        return route.origin().toString();
    }

    /** Returns the path that is put before that of each request, without a slash at its end; empty if there is none. */
    public String prefix() {
        return route.prefix();
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var stream = StreamedResponse.of(request);
        var exchange = new HttpExchange(client, route, request, ConnectionDemand.of(request));
        budget.recordExchange();
        try {
            return stream == null ? exchange.run() : stream.open(exchange);
        } catch (BackendError e) {
            if (!exchange.isUnsent() && !(exchange.mayRepeat() && budget.tryRetry())) {
                throw e;
            }
        }
        var again = new HttpExchange(client, route, request, ConnectionDemand.NEW);
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
