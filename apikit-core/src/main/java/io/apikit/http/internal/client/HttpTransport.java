package io.apikit.http.internal.client;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Pace;
import io.apikit.http.RequestBody;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.resilience.AdaptiveRateLimiter;
import io.apikit.http.internal.resilience.Bulkhead;
import io.apikit.http.internal.resilience.CallMetrics;
import io.apikit.http.internal.resilience.CallOutcome;
import io.apikit.http.internal.resilience.CircuitBreakerGate;
import io.apikit.http.internal.resilience.Gate;
import io.apikit.http.internal.resilience.TransportFailures;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.http.internal.url.Origin;
import java.net.URI;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.hc.core5.http.HttpHost;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wire: one pooled HTTP/1.1 client per backend. Threadsafe; platform and virtual threads may wait in it.
 *
 * <p>It sends what it is given and adds no credentials, no cookies, no retries. A redirect is an answer and is returned,
 * so nothing ever goes to another host by itself. An answer is read whole, decompressed, up to
 * {@link io.apikit.http.HttpOptions HttpOptions#bodyLimitBytes()}; its headers are limited to 200 of 64 KiB each.
 *
 * <p>Time: the request's deadline, else its timeout, else {@link io.apikit.http.HttpOptions HttpOptions#totalTimeout()} bounds the whole exchange,
 * however slowly the backend drips; looking up the host's name is the one thing that cannot be cut short. What fails is
 * a {@link BackendError} that names the origin:
 *
 * <ul>
 *   <li>502: no connection, reset, TLS, an answer that is broken off, malformed or too large. Where a request that is
 *       not idempotent may have been sent, the error says that its outcome is unknown
 *   <li>503: all connections in use for the connect timeout, or no turn in time where there is a {@link io.apikit.http.Pace Pace}, or the
 *       circuit open where there is a {@link io.apikit.http.BreakerPolicy BreakerPolicy}, each with {@code Retry-After}; client closed, thread
 *       interrupted (its flag stays set)
 *   <li>504: any of the timeouts
 * </ul>
 *
 * <p>A pooled connection that has been idle for 20 ms is checked before it is used again, so one that the server closed
 * meanwhile is replaced and not noticed. One that turns out to be closed all the same is replaced by a new one for an
 * idempotent request, once; any other request ends with a 502. On one that brought more than the last answer nothing is
 * sent any more.
 */
public final class HttpTransport implements Transport, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(HttpTransport.class);

    /** @param beside who goes out bare, to the origin it was opened for */
    private record Client(
            ApacheClient wire,
            HttpOptions options,
            Timing timing,
            Gate beside,
            BackendMetrics meters,
            CallMetrics calls) {}

    private final Client client;
    private final Origin origin;
    private final URI uri;
    private final HttpHost host;
    private final TransportFailures faults;
    private final String prefix;
    private final Gate turns;
    private final boolean owner;

    private HttpTransport(Client client, Origin origin, String prefix, Gate turns, boolean owner) {
        this.client = client;
        this.origin = origin;
        this.uri = URI.create(origin.toString());
        this.host = new HttpHost(origin.scheme(), origin.bareHost(), origin.port());
        this.faults = new TransportFailures(origin);
        this.prefix = prefix;
        this.turns = turns;
        this.owner = owner;
    }

    /**
     * Opens a client for the backend at this base URL; a path in it goes before that of each request.
     *
     * @param baseUrl {@code http} or {@code https}, without user information, query or fragment
     * @throws IllegalArgumentException for another URL; it does not quote it, since it may hold a password
     */
    public static HttpTransport to(String baseUrl, HttpOptions options, Timing timing) {
        var base = BaseUrl.parse(baseUrl);
        if (options.tls().isInsecure()) {
            log.warn("TLS to {} is insecure: no certificate and no host name is checked", base.origin());
        }
        var faults = new TransportFailures(base.origin());
        var beside = new Bulkhead(ApacheClient.BARE, options.totalTimeout(), faults);
        var meters = new BackendMetrics(base.origin().toString());
        var calls = new CallMetrics(meters, timing);
        var places = new Bulkhead(options.maxConnections(), options.connectTimeout(), faults).measuredBy(meters);
        var turns = calls.counting(CallOutcome.FULL, places).then(calls);
        var wire = ApacheClient.open(options, base.origin().isSecure()).measuredBy(meters);
        var client = new Client(wire, options, timing, beside, meters, calls);
        return new HttpTransport(client, base.origin(), base.prefix(), turns, true);
    }

    /**
     * The same client, timeouts and TLS, another origin; paths are then relative to that origin's root. It has no pace, no
     * breaker and no places. Closing what this gives closes nothing.
     *
     * @param otherOrigin {@code scheme://host[:port]} and nothing else
     * @throws BackendError 502 for anything else, since it came from a backend's answer as a rule; it is not quoted
     */
    public HttpTransport at(String otherOrigin) {
        return new HttpTransport(client, BaseUrl.origin(otherOrigin), "", Gate.FREE, false);
    }

    /**
     * The same client, limits and base for what must not wait behind everything else, such as the login that everything
     * else waits for: no pace, no circuit breaker, and 64 connections beyond {@link io.apikit.http.HttpOptions HttpOptions#maxConnections()}, which it
     * shares with nothing else. Closing what this gives closes nothing.
     */
    public HttpTransport bare() {
        return with(client.beside);
    }

    /**
     * The same client, limits and base, at a pace that all share who send through what this gives; this one stays
     * unpaced. Closing what this gives closes nothing.
     */
    public HttpTransport paced(Pace pace) {
        var pacer = new AdaptiveRateLimiter(pace, client.timing, faults);
        return with(client.calls.counting(CallOutcome.PACED, pacer).then(turns));
    }

    /**
     * The same client, limits, base and pace, behind a circuit breaker that all share who send through what this gives;
     * this one stays unguarded. Closing what this gives closes nothing.
     */
    public HttpTransport guarded(BreakerPolicy policy) {
        if (policy.isNone()) {
            return with(turns);
        }
        var breaker = new CircuitBreakerGate(policy, client.options, client.timing, faults).measuredBy(client.meters);
        return with(client.calls.counting(CallOutcome.OPEN, breaker).then(turns));
    }

    /**
     * What is measured of this backend: each request to it, its connections, places and circuit; not what goes out
     * {@linkplain #bare bare}.
     */
    public BackendMetrics meters() {
        return client.meters;
    }

    private HttpTransport with(Gate others) {
        return new HttpTransport(client, origin, prefix, others, false);
    }

    /** scheme://host[:port], no default port, lower case. */
    public String origin() {
        return origin.toString();
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var deadline = deadline(request);
        var ready = ready(request, deadline);
        try (var turn = turns.next(deadline)) {
            return told(
                    turn,
                    ready,
                    () -> turn.answered(reconnected(
                            ready, deadline, exchange -> exchange.run(host, client.options.bodyLimitBytes()))));
        }
    }

    /** The same wire, for one answer that is passed on while it is read. */
    public StreamingTransport stream() {
        return new StreamingTransport(this);
    }

    OpenResponse open(BackendRequest request) {
        var deadline = deadline(request);
        var ready = ready(request, deadline);
        var turn = turns.next(deadline);
        try {
            return told(
                    turn,
                    ready,
                    () -> reconnected(ready, deadline, exchange -> exchange.open(host, client.wire.undecoded()))
                            .inIts(turn));
        } catch (Throwable notOpen) {
            turn.close();
            throw notOpen;
        }
    }

    private static <T> T told(Gate.Turn turn, BackendRequest request, Supplier<T> sending) {
        turn.begins(request);
        try {
            return sending.get();
        } catch (BackendError error) {
            turn.failed(error);
            throw error;
        }
    }

    /** The pool's other idle connections are as old as the one that was found closed, and go with it. */
    private <T> T reconnected(BackendRequest request, Deadline deadline, Function<HttpExchange, T> sending) {
        var first = exchange(request, deadline);
        try {
            return sending.apply(first);
        } catch (BackendError error) {
            if (!first.mayReconnect()) {
                throw error;
            }
        }
        client.wire.dropIdle();
        return sending.apply(exchange(request, deadline));
    }

    private HttpExchange exchange(BackendRequest request, Deadline deadline) {
        return new HttpExchange(
                client.wire.client(), faults, uri, prefix, request, deadline, client.options.responseTimeout());
    }

    private BackendRequest ready(BackendRequest request, Deadline deadline) {
        if (deadline.isExpired()) {
            throw faults.deadlineBefore().toError();
        }
        if (Thread.currentThread().isInterrupted()) {
            throw faults.interrupted(null).toError();
        }
        request.body().ifPresent(RequestBody::requireReadable);
        return request;
    }

    private Deadline deadline(BackendRequest request) {
        return request.deadline()
                .orElseGet(
                        () -> Deadline.after(request.timeout().orElse(client.options.totalTimeout()), client.timing));
    }

    /** Closes the client with its connections; exchanges under way break off. */
    @Override
    public void close() {
        if (owner) {
            client.wire.close();
        }
    }

    @Override
    public String toString() {
        return "HttpTransport[" + origin + prefix + ']';
    }
}
