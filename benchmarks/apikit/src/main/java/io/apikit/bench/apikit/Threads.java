package io.apikit.bench.apikit;

import io.javalin.config.JavalinConfig;
import io.javalin.util.ConcurrencyUtil;
import java.util.Map;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/**
 * Arrangements of threads to be measured against the library's own: {@code THREADS} and {@code SELECTORS} in the
 * environment. Neither is set in an ordinary run.
 */
record Threads(Map<String, String> environment) {
    private static final int MOST = 1024;
    private static final int KEPT = 8;

    void arrange(JavalinConfig config) {
        switch (environment.getOrDefault("THREADS", "")) {
            case "" -> {}
            // Javalin's own: a virtual thread for each task, and the selector's on one too.
            case "javalin" -> config.jetty.threadPool = ConcurrencyUtil.jettyThreadPool("javalin", KEPT, MOST, true);
            case "jetty-virtual" -> config.jetty.threadPool = new VirtualThreadPool(MOST * KEPT);
            case "platform" -> config.jetty.threadPool = new QueuedThreadPool(MOST, KEPT);
            case "platform-without-reserve" -> config.jetty.threadPool = withoutReserve();
            default -> throw new IllegalArgumentException("THREADS: " + environment.get("THREADS"));
        }
        if (environment.containsKey("SELECTORS")) {
            selectors(config, Integer.parseInt(environment.get("SELECTORS")));
        }
    }

    /** No thread waits for the selector's own work: each request is handed over. */
    private static QueuedThreadPool withoutReserve() {
        var pool = new QueuedThreadPool(MOST, KEPT);
        pool.setReservedThreads(0);
        return pool;
    }

    private void selectors(JavalinConfig config, int count) {
        config.jetty.addConnector((server, http) -> {
            var connector = new ServerConnector(server, -1, count, new HttpConnectionFactory(http));
            connector.setHost("127.0.0.1");
            connector.setPort(Integer.parseInt(environment.get("PORT")));
            return connector;
        });
    }
}
