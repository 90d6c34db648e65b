package io.apikit;

import java.util.Arrays;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.LifeCycle;

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
