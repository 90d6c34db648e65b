package io.apikit.http.internal.client;

import io.apikit.http.HttpOptions;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Apache's HTTP client of one backend. All that it would do unasked is switched off, and all that it would wait for is
 * bounded. Thread-safe.
 */
final class ApacheClient {
    /** A line holds one header, cookies too. Servers commonly send up to 8 KiB, oauth2-proxy 4 KiB a cookie. */
    private static final int LINE_LIMIT = 64 << 10;

    private static final int HEADER_LIMIT = 200;

    /**
     * A connection has two of these for as long as it lives, and most heads fit. The client's default of 8 KiB would be
     * 160 MB for 10,000 connections. What is read or written in larger pieces does not go through them.
     */
    private static final int BUFFER = 2 << 10;

    /**
     * A connection that has been idle for longer is checked before a request is sent on it: the server may have closed
     * it. The check costs about a millisecond, so a busy connection is not checked. If the server closes a connection
     * within this time, that shows as a reset.
     */
    private static final TimeValue CHECK_AFTER_IDLE = TimeValue.ofMilliseconds(20);

    /** Connections left idle after a burst are closed. By then the backend has mostly closed its end. */
    private static final TimeValue EVICT_AFTER_IDLE = TimeValue.ofSeconds(30);

    private static final long DROP_EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final PoolingHttpClientConnectionManager connections;
    private final CloseableHttpClient client;
    private final HttpOptions options;
    private final AtomicLong droppedNanos = new AtomicLong(System.nanoTime() - DROP_EVERY_NANOS);

    private ApacheClient(PoolingHttpClientConnectionManager connections, HttpOptions options) {
        this.connections = connections;
        this.client = client(connections, options);
        this.options = options;
    }

    /** @param secure whether TLS will be needed; otherwise it is set up when it is first used, if ever */
    static ApacheClient open(HttpOptions options, boolean secure) {
        var tls = secure ? LazyTlsStrategy.strategy(options.tls()) : new LazyTlsStrategy(options.tls());
        return new ApacheClient(connections(options, tls), options);
    }

    ApacheClient measuredBy(BackendMetrics metrics) {
        var name = "apikit.backend.connections";
        var help = "Connections to the backend, those of logins too";
        metrics.gauge(
                name,
                help,
                Tags.of("state", "leased"),
                () -> connections.getTotalStats().getLeased());
        metrics.gauge(
                name,
                help,
                Tags.of("state", "idle"),
                () -> connections.getTotalStats().getAvailable());
        metrics.gauge(name + ".max", "Most connections to the backend", Tags.empty(), connections::getMaxTotal);
        return this;
    }

    HttpOptions options() {
        return options;
    }

    CloseableHttpClient client() {
        return client;
    }

    /**
     * Closes the connections that are idle; once a second at most. Otherwise a route that breaks its connections would
     * make all requests open new ones.
     */
    void dropIdle() {
        long now = System.nanoTime();
        long last = droppedNanos.get();
        if (now - last >= DROP_EVERY_NANOS && droppedNanos.compareAndSet(last, now)) {
            connections.closeIdle(TimeValue.ZERO_MILLISECONDS);
        }
    }

    void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    private static CloseableHttpClient client(PoolingHttpClientConnectionManager connections, HttpOptions options) {
        return HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setRequestExecutor(new ExchangeContext.RequestExecutor())
                .setDefaultRequestConfig(requests(options))
                .disableContentCompression()
                .setUserAgent("apikit")
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableAuthCaching()
                .disableCookieManagement()
                .disableConnectionState()
                .evictIdleConnections(EVICT_AFTER_IDLE)
                .build();
    }

    private static RequestConfig requests(HttpOptions options) {
        return RequestConfig.custom()
                .setAuthenticationEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setConnectionRequestTimeout(Timeout.of(options.connectTimeout()))
                .build();
    }

    private static PoolingHttpClientConnectionManager connections(HttpOptions options, TlsSocketStrategy tls) {
        return PoolingHttpClientConnectionManagerBuilder.create()
                .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
                .setMaxConnPerRoute(options.maxConnections() + BareTransport.CONNECTIONS)
                .setMaxConnTotal(options.maxConnections() + BareTransport.CONNECTIONS)
                .setDefaultConnectionConfig(connection(options))
                // The ExchangeTimer limits the time.
                .setDefaultSocketConfig(SocketConfig.custom()
                        .setTcpNoDelay(true)
                        .setSoTimeout(Timeout.DISABLED)
                        .build())
                .setConnectionFactory(any -> StrictConnection.within(limits()))
                .setTlsSocketStrategy(tls)
                .build();
    }

    private static ConnectionConfig connection(HttpOptions options) {
        return ConnectionConfig.custom()
                .setConnectTimeout(Timeout.of(options.connectTimeout()))
                .setValidateAfterInactivity(CHECK_AFTER_IDLE)
                .build();
    }

    private static Http1Config limits() {
        return Http1Config.custom()
                .setBufferSize(BUFFER)
                .setMaxLineLength(LINE_LIMIT)
                .setMaxHeaderCount(HEADER_LIMIT)
                .build();
    }
}
