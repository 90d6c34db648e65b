package io.apikit.testkit.internal;

import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnectionFactory;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.jspecify.annotations.Nullable;

/** One quiet HTTP or HTTPS server on 127.0.0.1 and a free port. Its threads are daemons: it never holds a JVM. */
final class LoopbackServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /** Enough for a thousand callers that all block in a handler, on a JDK without virtual threads. */
    private static final int MOST_THREADS = 2_000;

    /** Split cookies pass 8 kB, the usual limit, in both directions. */
    private static final int HEADER_BYTES = 64 * 1024;

    /** What a handler may read of a body at once: more than any test of a body limit sends. */
    private static final long BODY_BYTES = 64L * 1024 * 1024;

    /** Longer than any test holds a request. */
    private static final long IDLE_MILLIS = 120_000;

    private final AtomicInteger connections = new AtomicInteger();
    private final QueuedThreadPool threads;
    private final Optional<SslContextFactory.Server> tls;
    private volatile @Nullable Javalin app;
    private volatile String url = "";

    /** @param tls the key and the certificate for HTTPS; empty for plain HTTP */
    LoopbackServer(String name, Optional<SslContextFactory.Server> tls) {
        this.threads = threads(name);
        this.tls = tls;
    }

    void start(Consumer<JavalinConfig> routes) {
        Javalin started = Javalin.create(config -> configure(config, routes)).start();
        app = started;
        url = (tls.isPresent() ? "https://" : "http://") + HOST + ":" + started.port();
    }

    private void configure(JavalinConfig config, Consumer<JavalinConfig> routes) {
        quiet(config);
        config.unsafe.jettyInternal.server = server(threads);
        config.jetty.addConnector(this::connector);
        config.http.compressionStrategy = CompressionStrategy.NONE;
        config.http.maxRequestSize = BODY_BYTES;
        routes.accept(config);
    }

    private static void quiet(JavalinConfig config) {
        config.startup.showJavalinBanner = false;
        config.startup.showOldJavalinVersionWarning = false;
        config.startup.startupWatcherEnabled = false;
    }

    private static QueuedThreadPool threads(String name) {
        QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
        threads.setName(name);
        threads.setDaemon(true);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor(name));
        return threads;
    }

    /**
     * Javalin's own server has a timer that is no daemon, and watches for low resources once a second. As there, plain
     * text is UTF-8: Jetty would write ISO-8859-1.
     */
    private static Server server(QueuedThreadPool threads) {
        Server server = new Server(threads, new ScheduledExecutorScheduler(threads.getName() + "-timer", true), null);
        server.getMimeTypes().addInferred("text/plain", StandardCharsets.UTF_8.name());
        return server;
    }

    /**
     * Jetty remembers a connection's headers, and by default takes one whose value differs only in case for the one
     * before: a wrong token would be read as the right one.
     */
    private Connector connector(Server server, HttpConfiguration http) {
        http.setRequestHeaderSize(HEADER_BYTES);
        http.setResponseHeaderSize(HEADER_BYTES);
        http.setHeaderCacheCaseSensitive(true);
        ServerConnector connector = new CountingConnector(server, protocols(http), connections);
        connector.setHost(HOST);
        connector.setPort(0);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.setAcceptQueueSize(MOST_THREADS);
        return connector;
    }

    private ConnectionFactory[] protocols(HttpConfiguration http) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        return tls.map(ssl -> AbstractConnectionFactory.getFactories(ssl, plain))
                .orElseGet(() -> new ConnectionFactory[] {plain});
    }

    /** TCP connections accepted so far. */
    int connections() {
        return connections.get();
    }

    /** Empty until the server is started; the same after it is closed. */
    String url() {
        return url;
    }

    /** Runs the task on one of the server's own threads, or on the caller's where the server is stopping. */
    void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException stopping) {
            task.run();
        }
    }

    @Override
    public void close() {
        Javalin started = app;
        if (started != null) {
            started.stop();
        }
    }

    /** Counts TCP connections, whatever is spoken on them and whether or not a TLS handshake succeeds. */
    static final class CountingConnector extends ServerConnector {
        private final AtomicInteger connections;

        CountingConnector(Server server, ConnectionFactory[] protocols, AtomicInteger connections) {
            super(server, null, null, null, 1, 1, protocols);
            this.connections = connections;
        }

        @Override
        protected void onEndPointOpened(EndPoint endPoint) {
            connections.incrementAndGet();
            super.onEndPointOpened(endPoint);
        }
    }
}
