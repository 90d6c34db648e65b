package io.apikit.internal.metrics;

import io.apikit.internal.util.AcceptHeader;
import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.zip.GZIPOutputStream;
import org.eclipse.jetty.server.Server;
import org.jspecify.annotations.Nullable;

/** The meters of an app, and the text in which Prometheus reads them. Thread-safe. */
public final class AppMetrics implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";
    private static final String OPEN_METRICS = OPEN_METRICS_TYPE + "; version=1.0.0; charset=utf-8";

    private final String path;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<ServedRequest.Listener> listeners = List.of(new RequestMetrics(registry));
    private final ServerMetrics serverMetrics = new ServerMetrics();
    private final ReentrantLock lock = new ReentrantLock();

    /** Adds the meters that nobody needs before they are read; guarded by the lock. */
    private Runnable late = () -> {};

    /** Whether the author has the registry, and may read any meter at any time; guarded by the lock. */
    private boolean isShown;

    /**
     * Creates the meters of an app, those of requests among them.
     *
     * @param path at which Prometheus reads them
     */
    public AppMetrics(String path) {
        this.path = path;
    }

    /** Returns a registry that keeps nothing, for an app without metrics. */
    public static MeterRegistry none() {
        return new CompositeMeterRegistry();
    }

    /** Returns the path at which the metrics are read. */
    public String path() {
        return path;
    }

    /** Returns the registry to add meters to. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Returns the registry to somebody who may read any meter: they are all there, or from the start of the app. */
    public MeterRegistry shown() {
        addAll(true);
        return registry;
    }

    /** Returns the listeners that time the requests. */
    public List<ServedRequest.Listener> listeners() {
        return listeners;
    }

    /**
     * Adds meters of a server and its process. Those that only show what is there now are added when they are read first:
     * they have many classes. All but that of the requests in flight, which the supplier counts.
     */
    public void watch(Server server, LongSupplier inFlight) {
        serverMetrics.countCollections(registry);
        ServerMetrics.countRequests(registry, inFlight);
        setLate(() -> ServerMetrics.bindTo(registry, server));
    }

    private void setLate(Runnable next) {
        lock.lock();
        try {
            late = next;
            if (isShown) {
                addAll(true);
            }
        } finally {
            lock.unlock();
        }
    }

    private void addAll(boolean isShownNow) {
        lock.lock();
        try {
            isShown |= isShownNow;
            late.run();
            late = () -> {};
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes all meters to a response: in OpenMetrics if the client accepts it, else in the text format of Prometheus.
     * They are compressed if the client accepts gzip (RFC 9110, section 12.5.3).
     *
     * @throws IOException if the response cannot be written
     */
    public void write(Context ctx) throws IOException {
        var type = isOpenMetrics(ctx.header(Header.ACCEPT)) ? OPEN_METRICS : TEXT;
        addAll(false);
        var text = new ByteArrayOutputStream();
        registry.scrape(text, type);
        ctx.contentType(type);
        if (acceptsGzip(ctx)) {
            var compressed = new ByteArrayOutputStream();
            try (var gzip = new GZIPOutputStream(compressed)) {
                text.writeTo(gzip);
            }
            compressed.writeTo(ctx.header(Header.CONTENT_ENCODING, "gzip").outputStream());
        } else {
            text.writeTo(ctx.outputStream());
        }
    }

    private static boolean acceptsGzip(Context ctx) {
        var accepted = AcceptHeader.of(Collections.list(ctx.req().getHeaders(Header.ACCEPT_ENCODING)));
        return accepted.weight("gzip") > 0;
    }

    private static boolean isOpenMetrics(@Nullable String accept) {
        return accept != null && accept.contains(OPEN_METRICS_TYPE);
    }

    /** Removes all meters, so that a remaining reference to the registry shows none. */
    @Override
    public void close() {
        setLate(() -> {});
        serverMetrics.close();
        registry.clear();
        registry.close();
    }
}
