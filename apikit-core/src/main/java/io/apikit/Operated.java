package io.apikit;

import io.apikit.ops.AccessLog;
import io.apikit.ops.Metrics;
import io.apikit.ops.Operations;
import io.apikit.ops.Probes;
import io.apikit.ops.ServedListener;
import io.javalin.config.JavalinState;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What an app runs beside its author's routes, as its settings ask for it. */
record Operated(Operations settings, Probes probes, Optional<Metrics> metrics, MountedPages pages) {
    static Operated by(Operations settings, Map<String, String> metadata) {
        var probes = settings.probes();
        var metrics = Metrics.of(settings);
        var pages = MountedPages.of(settings.pages(), metadata, metrics, probes);
        return new Operated(settings, probes, metrics, pages);
    }

    void mount(JavalinState state) {
        new ProbeRoutes(probes).mount(state);
        metrics.ifPresent(measured -> new OwnRoute(measured.path(), measured::answer).mount(state));
        pages.mount(state);
    }

    /** Where the platform asks: it must be answered however busy the service is. */
    Stream<String> probed() {
        return Stream.of(probes.livePath(), probes.readyPath(), metrics.map(Metrics::path))
                .flatMap(Optional::stream);
    }

    /** Who is told of each request that is over. */
    List<ServedListener> listeners() {
        var log = settings.accessLog() ? Stream.of(new AccessLog()) : Stream.<ServedListener>empty();
        return Stream.concat(log, metrics.stream().flatMap(measured -> measured.listeners().stream()))
                .toList();
    }

    MeterRegistry meters() {
        return metrics.map(Metrics::registry).orElseGet(Metrics::none);
    }

    /** What is closed last: what is measured and shown of the other resources outlives them. */
    Stream<AutoCloseable> resources() {
        return Stream.concat(metrics.stream(), pages.resources());
    }
}
