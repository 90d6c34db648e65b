package io.apikit.internal.server;

import io.javalin.http.Context;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * The connector of probes, metrics and pages about the app, if they have a port of their own. It has threads of its own,
 * so that no load on the service delays them, and its connections do not count for the limits of the service.
 */
public final class OperationsConnector extends ClosingConnector {
    private OperationsConnector(Server server, HttpConfiguration http) {
        super(server, ServerThreads.ofOperations(), 1, 1, http);
        addBean(getExecutor());
    }

    /** Returns a connector for a server that is about to start. */
    public static OperationsConnector of(Server server, HttpConfiguration http, @Nullable String host, int port) {
        var connector = new OperationsConnector(server, http);
        connector.setHost(host);
        connector.setPort(port);
        return connector;
    }

    /** Returns whether the request came to this port. */
    static boolean serves(Request request) {
        return request.getConnectionMetaData().getConnector() instanceof OperationsConnector;
    }

    /** Returns whether the request came to this port, for a handler. */
    public static boolean serves(Context ctx) {
        return serves(ServletContextRequest.getServletContextRequest(ctx.req()));
    }

    /** Refuses what comes to this port and is none of its paths. */
    static final class PathHandler extends Handler.Wrapper {
        private final Set<String> paths;

        PathHandler(Set<String> paths) {
            this.paths = Set.copyOf(paths);
        }

        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            if (serves(request) && !paths.contains(request.getHttpURI().getPath())) {
                ErrorResponses.refuse(request, response, callback, ErrorBody.of(404, null));
                return true;
            }
            return super.handle(request, response, callback);
        }
    }
}
