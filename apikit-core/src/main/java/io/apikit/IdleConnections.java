package io.apikit;

import java.util.Arrays;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.LifeCycle;

/**
 * Lets a stop wait for the requests in flight only. A kept-alive connection without one is closed soon, and not after
 * the second that Jetty gives it; a request under way is not touched, however long it is silent.
 */
record IdleConnections(Server server) implements LifeCycle.Listener {
    private static final long CLOSED_AFTER_MS = 250;

    @Override
    public void lifeCycleStopping(LifeCycle stopping) {
        Arrays.stream(server.getConnectors())
                .filter(AbstractConnector.class::isInstance)
                .map(AbstractConnector.class::cast)
                .forEach(connector -> connector.setShutdownIdleTimeout(CLOSED_AFTER_MS));
    }
}
