package io.apikit.internal.server;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.Phaser;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * A connector whose stop also closes a connection that its acceptor takes meanwhile. Jetty's own leaves one open and unread
 * that is accepted after all others were closed. That happens to a client that sends its request again because the stop has
 * closed its first connection. The few connections that the system itself completes for a port while it is closed, about one in a
 * thousand of those that come in that moment, are out of reach.
 */
public class ClosingConnector extends ServerConnector {
    /** The stop, and the acceptor while it accepts. */
    private final Phaser accepting = new Phaser(1);

    /**
     * Creates a connector of HTTP/1.1.
     *
     * @param threads null for those of the server
     * @param acceptors how many threads accept connections, -1 for the default
     * @param selectors how many threads wait for bytes, -1 for the default
     */
    ClosingConnector(Server server, @Nullable Executor threads, int acceptors, int selectors, HttpConfiguration http) {
        super(server, threads, null, null, acceptors, selectors, new HttpConnectionFactory(http));
    }

    /** Returns a connector like the one that Javalin makes if there is no other, with this host and port. */
    public static ClosingConnector of(Server server, HttpConfiguration http, @Nullable String host, int port) {
        var connector = new ClosingConnector(server, null, -1, -1, http);
        connector.setHost(host);
        connector.setPort(port);
        return connector;
    }

    @Override
    public final void accept(int acceptor) throws IOException {
        accepting.register();
        try {
            super.accept(acceptor);
        } finally {
            accepting.arriveAndDeregister();
        }
    }

    /** The acceptor has come back before the connections are closed: a closed port ends its wait for a connection. */
    @Override
    protected final void doStop() throws Exception {
        close();
        accepting.arriveAndAwaitAdvance();
        super.doStop();
    }
}
