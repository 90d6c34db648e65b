package io.apikit.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jetty.JettyServerThreadPoolMetrics;
import java.util.Arrays;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** How busy the server is now, under the names that Micrometer gives to Jetty's. */
final class ServerGauges {
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
