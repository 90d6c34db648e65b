package io.apikit.http.internal.client;

import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.Tags;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.ChainElement;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.config.RegistryBuilder;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.io.CloseMode;
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

    private static final String USER_AGENT = "apikit";

    /**
     * A connection has two of these for as long as it lives, and most heads fit. The client's default of 8 KiB would be
     * 160 MB for 10,000 connections. What is read or written in larger pieces does not go through them.
     */
    private static final int BUFFER = 2 << 10;

    private final ConnectionPool pool;
    private final CloseableHttpClient client;
    private final HttpOptions options;

    private ApacheClient(ConnectionPool pool, HttpOptions options, TlsSocketStrategy tls) {
        this.pool = pool;
        this.client = client(new ConnectionManager(pool, options, tls), options);
        this.options = options;
    }

    /**
     * @param secure whether TLS will be needed; otherwise it is set up when it is first used, if ever
     * @param timing the time that connections are idle
     */
    static ApacheClient open(HttpOptions options, boolean secure, Timing timing) {
        var tls = secure ? LazyTlsStrategy.strategy(options.tls()) : new LazyTlsStrategy(options.tls());
        var pool = new ConnectionPool(options.maxConnections() + BareTransport.CONNECTIONS, options, timing);
        var client = new ApacheClient(pool, options, tls);
        pool.startSweeps();
        return client;
    }

    ApacheClient measuredBy(BackendMetrics metrics) {
        var name = "apikit.backend.connections";
        var help = "Connections to the backend, those of logins too";
        metrics.gauge(
                name,
                help,
                Tags.of("state", "leased"),
                () -> pool.getTotalStats().getLeased());
        metrics.gauge(
                name, help, Tags.of("state", "idle"), () -> pool.getTotalStats().getAvailable());
        metrics.gauge(name + ".max", "Most connections to the backend", Tags.empty(), pool::getDefaultMaxPerRoute);
        return this;
    }

    HttpOptions options() {
        return options;
    }

    CloseableHttpClient client() {
        return client;
    }

    ConnectionPool pool() {
        return pool;
    }

    void close() {
        client.close(CloseMode.IMMEDIATE);
    }

    private static CloseableHttpClient client(ConnectionManager connections, HttpOptions options) {
        return HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setRoutePlanner(
                        (host, context) -> ((ExchangeContext) context).route().route())
                .setRequestExecutor(new ExchangeContext.RequestExecutor(options.connectTimeout()))
                .setDefaultRequestConfig(requests(options))
                .replaceExecInterceptor(ChainElement.PROTOCOL.name(), new KeptConnectionExec(USER_AGENT))
                .disableContentCompression()
                .setUserAgent(USER_AGENT)
                .disableAutomaticRetries()
                .disableRedirectHandling()
                .disableAuthCaching()
                .disableCookieManagement()
                .disableConnectionState()
                .build();
    }

    private static RequestConfig requests(HttpOptions options) {
        return RequestConfig.custom()
                .setAuthenticationEnabled(false)
                .setProtocolUpgradeEnabled(false)
                .setConnectionRequestTimeout(Timeout.of(options.connectTimeout()))
                .build();
    }

    /** Connects what the pool leases. */
    private static final class ConnectionManager extends PoolingHttpClientConnectionManager {
        private ConnectionManager(ConnectionPool pool, HttpOptions options, TlsSocketStrategy tls) {
            super(
                    new ConnectionRoute.Connector(
                            RegistryBuilder.<TlsSocketStrategy>create()
                                    .register("https", tls)
                                    .build(),
                            options),
                    pool,
                    any -> StrictConnection.within(limits()));
            setDefaultConnectionConfig(ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(options.connectTimeout()))
                    // The ConnectionPool checks connections.
                    .setValidateAfterInactivity(TimeValue.NEG_ONE_MILLISECOND)
                    .build());
            // The ExchangeTimer limits the time.
            setDefaultSocketConfig(SocketConfig.custom()
                    .setTcpNoDelay(true)
                    .setSoTimeout(Timeout.DISABLED)
                    .build());
        }
    }

    private static Http1Config limits() {
        return Http1Config.custom()
                .setBufferSize(BUFFER)
                .setMaxLineLength(LINE_LIMIT)
                .setMaxHeaderCount(HEADER_LIMIT)
                .build();
    }
}
