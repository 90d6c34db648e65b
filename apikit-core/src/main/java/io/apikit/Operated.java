package io.apikit;

import io.apikit.internal.health.Probes;
import io.apikit.internal.metrics.AppMetrics;
import io.apikit.internal.metrics.ServedRequest;
import io.apikit.ops.AccessLog;
import io.apikit.ops.Operations;
import io.javalin.config.JavalinState;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an app runs beside its author's routes, as its settings ask for it. */
public record Operated(Operations settings, Probes probes, Optional<AppMetrics> metrics, MountedPages pages) {
    static Operated by(Operations settings, Map<String, String> metadata) {
        var probes = settings.probes();
        var metrics = AppMetrics.of(settings);
        var pages = MountedPages.of(settings.pages(), metadata, metrics, probes);
        return new Operated(settings, probes, metrics, pages);
    }

    void mount(JavalinState state) {
        new OperationsRoutes(probes).mount(state);
        metrics.ifPresent(
                measured -> new OperationsRoutes.OperationsRoute(measured.path(), measured::write).mount(state));
        pages.mount(state);
    }

    /** Where the platform asks: it must be answered however busy the service is. */
    public Stream<String> probed() {
        return Stream.of(probes.livePath(), probes.readyPath(), metrics.map(AppMetrics::path))
                .flatMap(Optional::stream);
    }

    /** Who is told of each request that is over. */
    public List<ServedRequest.Listener> listeners() {
        var log = settings.accessLog() ? Stream.of(new AccessLog()) : Stream.<ServedRequest.Listener>empty();
        return Stream.concat(log, metrics.stream().flatMap(measured -> measured.listeners().stream()))
                .toList();
    }

    MeterRegistry meters() {
        return metrics.map(AppMetrics::registry).orElseGet(AppMetrics::none);
    }

    /** What is closed last: what is measured and shown of the other resources outlives them. */
    Stream<AutoCloseable> resources() {
        return Stream.concat(metrics.stream(), pages.resources());
    }
}
