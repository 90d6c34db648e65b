package io.apikit.http.internal.client;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.http.internal.resilience.AdaptiveRateLimiter;
import io.apikit.http.internal.resilience.Bulkhead;
import io.apikit.http.internal.resilience.CallMetrics;
import io.apikit.http.internal.resilience.CircuitBreakerGate;
import io.apikit.http.internal.resilience.Gate;
import io.apikit.internal.util.DefaultJson;
import java.io.InputStream;
import java.util.List;

/** The gates and the HTTP client of a backend, put together as its sessions have them, behind an entrance of their own. */
public final class GatedHttp implements Transport, AutoCloseable {
    private final HttpTransport client;
    private final BareTransport bare;
    private final Timing timing;
    private final List<Gate> gates;
    private final Transport gated;

    private GatedHttp(HttpTransport client, BareTransport bare, Timing timing, List<Gate> gates) {
        this.client = client;
        this.bare = bare;
        this.timing = timing;
        this.gates = gates;
        this.gated = GatedTransport.create(gates, client.failures(), client);
    }

    public static GatedHttp to(String baseUrl, HttpOptions options, Timing timing) {
        return of(HttpTransport.to(baseUrl, options, RetryPolicy.standard()), timing);
    }

    /** Returns a client whose connections are idle by this time. Deadlines are those of the system. */
    static GatedHttp aging(String baseUrl, HttpOptions options, RetryPolicy retry, Timing idle) {
        return of(HttpTransport.to(baseUrl, options, retry, idle), Timing.system());
    }

    private static GatedHttp of(HttpTransport client, Timing timing) {
        var options = client.options();
        var metrics = new CallMetrics(client.metrics(), timing);
        var bulkhead = new Bulkhead(
                        options.maxConnections(), options.streams(), options.connectTimeout(), client.failures())
                .measuredBy(client.metrics());
        var gates = List.of(metrics, Gate.NONE, Gate.NONE, bulkhead);
        return new GatedHttp(client, BareTransport.create(client, timing), timing, gates);
    }

    /** Returns the same client behind a circuit breaker. */
    public GatedHttp guarded(BreakerPolicy policy) {
        var breaker = CircuitBreakerGate.create(policy, client.options(), timing, client.failures(), client.metrics());
        return new GatedHttp(client, bare, timing, List.of(gates.get(0), breaker, gates.get(2), gates.get(3)));
    }

    /** Returns the same client at a pace. */
    public GatedHttp paced(Pace pace) {
        var limiter = AdaptiveRateLimiter.create(pace, timing, client.failures());
        return new GatedHttp(client, bare, timing, List.of(gates.get(0), gates.get(1), limiter, gates.get(3)));
    }

    HttpTransport client() {
        return client;
    }

    public BareTransport bare() {
        return bare;
    }

    public BareTransport at(String origin) {
        return bare.at(origin);
    }

    public BackendMetrics metrics() {
        return client.metrics();
    }

    public String origin() {
        return client.origin();
    }

    @Override
    public BackendResponse send(BackendRequest request) {
        var deadline = request.deadline()
                .orElseGet(() ->
                        Deadline.after(request.timeout().orElse(client.options().totalTimeout()), timing));
        return gated.send(request.deadline(deadline).encoded(DefaultJson.MAPPER));
    }

    public Stream stream() {
        return new Stream();
    }

    @Override
    public void close() {
        client.close();
    }

    @Override
    public String toString() {
        return client.toString();
    }

    /** Leaves the response to each request open until the next one. */
    public final class Stream implements Transport, AutoCloseable {
        private final StreamedResponse open = new StreamedResponse();

        @Override
        public BackendResponse send(BackendRequest request) {
            return GatedHttp.this.send(open.request(request));
        }

        public InputStream body() {
            return open.body();
        }

        public void withoutDeadline() {
            open.withoutDeadline();
        }

        @Override
        public void close() {
            open.close();
        }
    }
}
