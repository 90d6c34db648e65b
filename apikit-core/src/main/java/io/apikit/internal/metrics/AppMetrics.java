package io.apikit.internal.metrics;

import io.javalin.http.Context;
import io.javalin.http.Header;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.jspecify.annotations.Nullable;

/** An app's meters and the text that Prometheus reads them from. Threadsafe. */
public final class AppMetrics implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPEN_METRICS_TYPE = "application/openmetrics-text";
    private static final String OPEN_METRICS = OPEN_METRICS_TYPE + "; version=1.0.0; charset=utf-8";

    private final String path;
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final List<ServedRequest.Listener> listeners = List.of(new RequestMetrics(registry));
    private final ServerMetrics jvm = new ServerMetrics();

    /** @param path of the text that Prometheus reads */
    public AppMetrics(String path) {
        this.path = path;
    }

    /** A registry in which nothing is kept, for an app without metrics. */
    public static MeterRegistry none() {
        return new CompositeMeterRegistry();
    }

    /** Where they are read. */
    public String path() {
        return path;
    }

    /** Where meters are added. */
    public MeterRegistry registry() {
        return registry;
    }

    /** Who times the requests. */
    public List<ServedRequest.Listener> listeners() {
        return listeners;
    }

    /** Shows how busy this server and its process are; what is in flight, this handler counts. */
    public void watch(Server server, GracefulHandler inFlight) {
        jvm.bindTo(registry);
        ServerMetrics.ServerGauges.bind(registry, server, inFlight);
    }

    /** Answers with all meters: in Prometheus' own text format, or in OpenMetrics for who accepts that. */
    public void answer(Context ctx) throws IOException {
        var type = isOpenMetrics(ctx.header(Header.ACCEPT)) ? OPEN_METRICS : TEXT;
        var text = new ByteArrayOutputStream();
        registry.scrape(text, type);
        text.writeTo(ctx.contentType(type).outputStream());
    }

    private static boolean isOpenMetrics(@Nullable String accept) {
        return accept != null && accept.contains(OPEN_METRICS_TYPE);
    }

    /** Forgets every meter, and whoever holds on to the registry reads none any more. */
    @Override
    public void close() {
        jvm.close();
        registry.clear();
        registry.close();
    }
}
