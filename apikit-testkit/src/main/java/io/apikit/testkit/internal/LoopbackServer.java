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

/**
 * An HTTP or HTTPS server on 127.0.0.1 and a free port that logs nothing at its start. Its threads are daemon threads,
 * so that they do not keep a JVM alive.
 */
final class LoopbackServer implements AutoCloseable {
    private static final String HOST = "127.0.0.1";

    /** Enough for 1,000 callers that all block in a handler, on a JDK without virtual threads. */
    private static final int MOST_THREADS = 2_000;

    /** Split cookies are longer than 8 kB, the usual limit, in requests and in responses. */
    private static final int HEADER_BYTES = 64 * 1024;

    /** Most that a handler can read of a body at once: more than any test of a body limit sends. */
    private static final long BODY_BYTES = 64L * 1024 * 1024;

    /** Longer than any test holds a request. */
    private static final long IDLE_MILLIS = 120_000;

    private final AtomicInteger connections = new AtomicInteger();
    private final QueuedThreadPool threads;
    private final Optional<SslContextFactory.Server> tls;
    private volatile @Nullable Javalin app;
    private volatile @Nullable ServerConnector listener;
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
     * Makes a server in place of Javalin's own. That one has a timer that is not a daemon thread, and checks for low
     * resources once a second. As in that one, plain text is UTF-8; Jetty's default is ISO-8859-1.
     */
    private static Server server(QueuedThreadPool threads) {
        Server server = new Server(threads, new ScheduledExecutorScheduler(threads.getName() + "-timer", true), null);
        server.getMimeTypes().addInferred("text/plain", StandardCharsets.UTF_8.name());
        return server;
    }

    /**
     * Jetty caches the headers of a connection. By default it takes a value that differs in case only for the one
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
        listener = connector;
        return connector;
    }

    private ConnectionFactory[] protocols(HttpConfiguration http) {
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        return tls.map(ssl -> AbstractConnectionFactory.getFactories(ssl, plain))
                .orElseGet(() -> new ConnectionFactory[] {plain});
    }

    /** Returns the number of TCP connections accepted so far. */
    int connections() {
        return connections.get();
    }

    /** Returns the origin; empty until the server is started. It does not change when the server is closed. */
    String url() {
        return url;
    }

    /** Closes all connections and refuses others, until {@link #listen}. */
    void refuse() {
        ServerConnector connector = listener;
        if (connector != null && connector.isRunning()) {
            // Read before the stop, after which there is none.
            int port = connector.getLocalPort();
            move(connector::stop);
            connector.setPort(port);
        }
    }

    /** Listens again at the same port. */
    void listen() {
        ServerConnector connector = listener;
        Javalin started = app;
        if (connector != null
                && started != null
                && started.jettyServer().server().isRunning()) {
            move(connector::start);
        }
    }

    private static void move(LifeCycleStep step) {
        try {
            step.run();
        } catch (Exception e) {
            throw new IllegalStateException("the fake cannot stop listening, or listen again at its port", e);
        }
    }

    @FunctionalInterface
    private interface LifeCycleStep {
        void run() throws Exception;
    }

    /** Runs the task on a thread of the server, or on the caller's thread if the server is stopping. */
    void execute(Runnable task) {
        try {
            threads.execute(task);
        } catch (RejectedExecutionException e) {
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

    /** Counts TCP connections of any protocol, including those whose TLS handshake fails. */
    private static final class CountingConnector extends ServerConnector {
        private final AtomicInteger connections;

        private CountingConnector(Server server, ConnectionFactory[] protocols, AtomicInteger connections) {
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
