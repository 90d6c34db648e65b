package io.apikit.internal.server;

import io.apikit.internal.caller.HostPort;
import io.javalin.config.JettyConfig;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.StatisticsHandler;
import org.eclipse.jetty.util.component.Container;
import org.eclipse.jetty.util.component.LifeCycle;

/** The settings of Jetty that differ from its defaults. */
public final class ServerSettings {
    private static final List<String> HTTP_2 = List.of("h2", "h2c");

    /** What callers send back at most, three times percent-encoded, and a backend's headers with it. */
    private static final int MOST_RESPONSE_HEADER_BYTES = 64 << 10;

    private ServerSettings() {}

    /**
     * Has requests parsed strictly by RFC 9112. If two servers could parse the same bytes differently, one of them
     * could be made to take a part of a request for another request.
     */
    public static void parseStrictly(JettyConfig jetty, int headerBytes) {
        keepHeaderCase(jetty);
        jetty.modifyHttpConfiguration(http -> {
            // Jetty's default lets a line end with a bare LF. Its own check of Host logs a WARN with the value.
            http.setHttpCompliance(HttpCompliance.STRICT.with("apikit", HttpCompliance.Violation.UNSAFE_HOST_HEADER));
            http.addCustomizer(ServerSettings::withValidHost);
            http.setRequestHeaderSize(headerBytes);
            // Its buffer begins at 8 KiB. Beyond this, Jetty logs an ERROR and responds with a 500.
            http.setMaxResponseHeaderSize(MOST_RESPONSE_HEADER_BYTES);
        });
    }

    /** Jetty calls it before it compares the header with the authority of the request's target. */
    private static Request withValidHost(Request request, HttpFields.Mutable responseHeaders) {
        var host = request.getHeaders().get(HttpHeader.HOST);
        if (host != null && !HostPort.isValid(host)) {
            throw new HttpException.RuntimeException(400, "The header Host is malformed");
        }
        return request;
    }

    /**
     * Has headers read as they were sent. By default, Jetty replaces a header that differs only in case from the
     * connection's last one by that last one. On a connection that a proxy shares between callers, it would be another
     * caller's token.
     */
    public static void keepHeaderCase(JettyConfig jetty) {
        jetty.modifyHttpConfiguration(http -> http.setHeaderCacheCaseSensitive(true));
    }

    /** Sets the grace period of a stop, the queue of new connections and the headers of HTTP/2, unless the author has set them. */
    public static void apply(Server server, Duration grace, int headerBytes) {
        if (server.getStopTimeout() == 0) {
            server.setStopTimeout(grace.toMillis());
        }
        server.addEventListener(new ConnectorSettings(server, headerBytes));
        server.addEventListener(new GracefulStop(server));
    }

    /**
     * Takes Javalin's own handler for statistics out of its server. Nobody reads them, and each request has three wrappers
     * more for them. Called before the author has the server, who may add such a handler again.
     */
    public static void dropStatistics(Server server) {
        if (server.getHandler() instanceof StatisticsHandler javalins && javalins.getHandler() == null) {
            server.setHandler((Handler) null);
        }
    }

    /** Returns what the startup line of the log reports: where the app listens, and on which threads it serves. */
    public static String describe(Server server) {
        var where = Stream.of(server.getConnectors())
                .map(connector -> connector instanceof ServerConnector tcp ? url(tcp) : connector.toString())
                .collect(Collectors.joining(", "));
        return where + ", " + ServerThreads.describe(server.getThreadPool(), mostRequests(server));
    }

    private static OptionalInt mostRequests(Server server) {
        return server.getDescendants(RequestAdmission.class).stream()
                .mapToInt(RequestAdmission::most)
                .findFirst();
    }

    static boolean speaksHttp2(Connector connector) {
        return HTTP_2.stream().anyMatch(protocol -> connector.getConnectionFactory(protocol) != null);
    }

    private static String url(ServerConnector connector) {
        var scheme = connector.getProtocols().contains("ssl") ? "https://" : "http://";
        var host = connector.getHost();
        if (host == null) {
            return scheme + "localhost:" + connector.getLocalPort()
                    + " (all interfaces; start(\"127.0.0.1\", port) listens on this machine alone)";
        }
        return scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + connector.getLocalPort();
    }

    /** Changes connectors when the server starts and stops, because the author may add them until then. */
    private record ConnectorSettings(Server server, int headerBytes) implements LifeCycle.Listener {
        /**
         * Connections that the kernel keeps until they are accepted. Java's default of 50 overflows in a burst, and a
         * client that is turned away tries again only after a second. The kernel's own limit still applies.
         */
        private static final int ACCEPT_QUEUE = 1024;

        /**
         * Closes an idle connection sooner than after the second that Jetty gives it, so that a stop waits only for the
         * requests in flight. A request in flight is not affected, however long it is silent.
         */
        private static final long IDLE_MS_WHILE_STOPPING = 250;

        @Override
        public void lifeCycleStarting(LifeCycle starting) {
            connectors(ServerConnector.class)
                    .filter(connector -> connector.getAcceptQueueSize() == 0)
                    .forEach(connector -> connector.setAcceptQueueSize(ACCEPT_QUEUE));
            connectors(Connector.class)
                    .flatMap(connector -> connector.getConnectionFactories().stream())
                    .filter(factory -> HTTP_2.stream().anyMatch(factory.getProtocols()::contains))
                    .forEach(this::leaveHeadersToHandler);
        }

        /** Beyond its limit Jetty ends an HTTP/2 connection with all its streams: {@link HeadLimitHandler} responds. */
        private void leaveHeadersToHandler(ConnectionFactory http2) {
            if (http2 instanceof Container factory) {
                factory.getBeans(HttpConfiguration.class).stream()
                        .filter(http -> http.getRequestHeaderSize() == headerBytes)
                        .forEach(http -> http.setRequestHeaderSize(2 * headerBytes));
            }
        }

        @Override
        public void lifeCycleStopping(LifeCycle stopping) {
            connectors(AbstractConnector.class)
                    .forEach(connector -> connector.setShutdownIdleTimeout(IDLE_MS_WHILE_STOPPING));
        }

        private <C> Stream<C> connectors(Class<C> type) {
            return Arrays.stream(server.getConnectors())
                    .filter(type::isInstance)
                    .map(type::cast);
        }
    }
}
