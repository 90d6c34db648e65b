package io.apikit.testkit;

import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** Counts TCP connections, whatever is spoken on them and whether or not a TLS handshake succeeds. */
final class CountingConnector extends ServerConnector {
    private final AtomicInteger connections;

    CountingConnector(Server server, ConnectionFactory[] protocols, AtomicInteger connections) {
        super(server, null, null, null, 1, 1, protocols);
        this.connections = connections;
    }

    @Override
    protected void onEndPointOpened(EndPoint endPoint) {
        connections.incrementAndGet();
        super.onEndPointOpened(endPoint);
    }
}
