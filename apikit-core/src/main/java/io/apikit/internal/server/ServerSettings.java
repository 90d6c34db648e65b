package io.apikit.internal.server;

import io.apikit.ops.Limits;
import io.javalin.config.JettyConfig;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Requests are read as RFC 9112 has them and as they were sent, or not at all: where two servers could read the same
 * bytes differently, one of them can be made to take a request for another's.
 */
public final class ServerSettings {
    private ServerSettings() {}

    public static void demand(JettyConfig jetty, Limits limits) {
        ExactHeaders.demand(jetty);
        jetty.modifyHttpConfiguration(http -> {
            // Jetty's default lets a line end with a bare LF.
            http.setHttpCompliance(HttpCompliance.STRICT);
            http.setRequestHeaderSize(limits.headerBytes());
        });
    }

    /**
     * Has the kernel keep 1024 connections until they are accepted, unless the author has set a number. Java's default is 50:
     * a burst overflows it, and whoever is turned away asks again only after a second. The kernel's own limit still counts.
     */
    record AcceptQueue(Server server) implements LifeCycle.Listener {
        private static final int CONNECTIONS = 1024;

        @Override
        public void lifeCycleStarting(LifeCycle starting) {
            Arrays.stream(server.getConnectors())
                    .filter(ServerConnector.class::isInstance)
                    .map(ServerConnector.class::cast)
                    .filter(connector -> connector.getAcceptQueueSize() == 0)
                    .forEach(connector -> connector.setAcceptQueueSize(CONNECTIONS));
        }
    }

    /**
     * Headers are read as they were sent. Jetty's default takes one that differs from the connection's last one in case
     * only for that last one: on a connection that a proxy shares between callers, it would be another caller's token.
     */
    public static final class ExactHeaders {
        private ExactHeaders() {}

        public static void demand(JettyConfig jetty) {
            jetty.modifyHttpConfiguration(http -> http.setHeaderCacheCaseSensitive(true));
        }
    }

    /** The startup line of the log: where the app listens, and on which threads it serves. */
    public static final class Listening {
        private Listening() {}

        public static String describe(Server server) {
            var where = Stream.of(server.getConnectors())
                    .map(connector -> connector instanceof ServerConnector tcp ? url(tcp) : connector.toString())
                    .collect(Collectors.joining(", "));
            return where + ", " + ServerThreads.describe(server.getThreadPool());
        }

        private static String url(ServerConnector connector) {
            var scheme = connector.getProtocols().contains("ssl") ? "https://" : "http://";
            var host = connector.getHost();
            if (host == null) {
                return scheme + "localhost:" + connector.getLocalPort() + " (all interfaces)";
            }
            return scheme + (host.contains(":") ? "[" + host + "]" : host) + ":" + connector.getLocalPort();
        }
    }
}
