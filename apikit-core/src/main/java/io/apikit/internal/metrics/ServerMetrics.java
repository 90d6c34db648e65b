package io.apikit.internal.metrics;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jetty.JettyServerThreadPoolMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import org.eclipse.jetty.server.Server;

/** The meters of the process, its JVM and its server, with the names that Micrometer's own binders use. */
final class ServerMetrics implements AutoCloseable {
    /** Promtool's check rejects their names: one is a gauge that ends in "count", the other has nanoseconds. */
    private static final List<String> MISNAMED = List.of("system.cpu.count", "process.cpu.time");

    private final JvmGcMetrics garbageCollections = new JvmGcMetrics();

    /** Adds the meters that listen from now on. */
    void countCollections(MeterRegistry registry) {
        garbageCollections.bindTo(registry);
    }

    /** Adds the meter of the requests in flight: a page about the app shows it to people who read no metrics. */
    static void countRequests(MeterRegistry registry, LongSupplier inFlight) {
        Gauge.builder("http.server.requests.active", inFlight::getAsLong)
                .description("Requests in flight, that for the metrics too")
                .register(registry);
    }

    /** Adds the other meters of this process, and those of a server. */
    static void bindTo(MeterRegistry registry, Server server) {
        bindProcess(registry);
        bindServer(registry, server);
    }

    private static void bindProcess(MeterRegistry registry) {
        var binders = List.<MeterBinder>of(
                new JvmMemoryMetrics(),
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics(),
                new FileDescriptorMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
        MISNAMED.stream().flatMap(name -> registry.find(name).meters().stream()).forEach(registry::remove);
    }

    private static void bindServer(MeterRegistry registry, Server server) {
        Gauge.builder("jetty.connections.current", server, ServerMetrics::connections)
                .description("Connections of clients")
                .register(registry);
        new JettyServerThreadPoolMetrics(server.getThreadPool(), Tags.empty()).bindTo(registry);
    }

    private static double connections(Server server) {
        return Arrays.stream(server.getConnectors())
                .mapToInt(connector -> connector.getConnectedEndPoints().size())
                .sum();
    }

    /** Stops listening to the garbage collector. */
    @Override
    public void close() {
        garbageCollections.close();
    }
}
