package io.apikit.internal.server;

import io.apikit.internal.health.Probes;
import java.util.Arrays;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.LifeCycle;

/** Shortly before an app stops listening, lets go of each connection that is in use, with an answer and not without. */
final class ConnectionDraining extends Handler.Wrapper {
    private final Probes probes;

    ConnectionDraining(Probes probes) {
        this.probes = probes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (probes.isDraining() && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        return super.handle(request, response, callback);
    }

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
}
