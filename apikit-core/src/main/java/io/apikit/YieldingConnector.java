package io.apikit;

import io.javalin.config.JettyConfig;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** The connector that Javalin would make, but with {@link YieldingEndPoint}s. */
final class YieldingConnector extends ServerConnector {
    private YieldingConnector(Server server, ConnectionFactory protocol) {
        super(server, protocol);
    }

    static YieldingConnector of(Server server, HttpConfiguration http, JettyConfig settings) {
        var connector = new YieldingConnector(server, new HttpConnectionFactory(http));
        connector.setHost(settings.host);
        connector.setPort(settings.port);
        return connector;
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        var endPoint = new YieldingEndPoint(channel, selector, key, this);
        endPoint.setIdleTimeout(getIdleTimeout());
        return endPoint;
    }
}
