package io.apikit;

import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The startup line of the log: where the app listens, and on which threads it serves. */
final class Listening {
    private Listening() {}

    static String describe(Server server) {
        var where = Stream.of(server.getConnectors())
                .map(connector -> connector instanceof ServerConnector tcp ? url(tcp) : connector.toString())
                .collect(Collectors.joining(", "));
        return where + ", " + Threads.describe(server.getThreadPool());
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
