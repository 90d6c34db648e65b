package io.apikit;

import io.apikit.ops.AccessLog;
import io.apikit.ops.Metrics;
import io.apikit.ops.Operations;
import io.apikit.ops.Probes;
import io.apikit.ops.ServedListener;
import io.apikit.ops.StatusPage;
import io.javalin.config.JavalinState;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an app runs beside its author's routes, as its settings ask for it. */
record Operated(Operations settings, Probes probes, Optional<Metrics> metrics, Optional<StatusPage> status) {
    static Operated by(Operations settings) {
        var probes = settings.probes();
        var metrics = Metrics.of(settings);
        return new Operated(settings, probes, metrics, StatusPage.of(settings, metrics, probes));
    }

    void mount(JavalinState state, MetadataRoutes metadata) {
        new ProbeRoutes(probes).mount(state);
        metrics.ifPresent(measured -> new OwnRoute(measured.path(), measured::answer).mount(state));
        status.ifPresent(page -> new StatusRoutes(page, metadata).mount(state));
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
        return Stream.concat(metrics.stream(), status.stream());
    }
}
