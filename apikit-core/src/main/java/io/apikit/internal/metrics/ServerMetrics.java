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
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** The process and its JVM, under the names that Micrometer's own binders give. */
final class ServerMetrics implements MeterBinder, AutoCloseable {
    /** Prometheus' own check refuses them: a gauge that is called a count, and nanoseconds. */
    private static final List<String> MISNAMED = List.of("system.cpu.count", "process.cpu.time");

    private final JvmGcMetrics collections = new JvmGcMetrics();

    @Override
    public void bindTo(MeterRegistry registry) {
        var binders = List.<MeterBinder>of(
                new JvmMemoryMetrics(),
                collections,
                new JvmThreadMetrics(),
                new ProcessorMetrics(),
                new UptimeMetrics(),
                new FileDescriptorMetrics());
        binders.forEach(binder -> binder.bindTo(registry));
        MISNAMED.stream().flatMap(name -> registry.find(name).meters().stream()).forEach(registry::remove);
    }

    /** Listens to the collector no longer. */
    @Override
    public void close() {
        collections.close();
    }

    /** How busy the server is now, under the names that Micrometer gives to Jetty's. */
    static final class ServerGauges {
        private ServerGauges() {}

        static void bind(MeterRegistry registry, Server server, GracefulHandler inFlight) {
            Gauge.builder("http.server.requests.active", inFlight, GracefulHandler::getCurrentRequestCount)
                    .description("Requests in flight, that for the metrics too")
                    .register(registry);
            Gauge.builder("jetty.connections.current", server, ServerGauges::connections)
                    .description("Connections of clients")
                    .register(registry);
            new JettyServerThreadPoolMetrics(server.getThreadPool(), Tags.empty()).bindTo(registry);
        }

        private static double connections(Server server) {
            return Arrays.stream(server.getConnectors())
                    .mapToInt(connector -> connector.getConnectedEndPoints().size())
                    .sum();
        }
    }
}
