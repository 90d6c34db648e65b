package io.apikit.internal.server;

import java.util.Set;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;

/** The paths that everybody may read, as often as they like, and all that is on the operations' port. */
final class OpenPaths {
    private final Set<String> paths;

    OpenPaths(Set<String> paths) {
        this.paths = Set.copyOf(paths);
    }

    /** Returns whether a request is a GET or HEAD of one of the paths, or has come to the operations' port. */
    boolean isAskedBy(Request request) {
        return isRead(request) || OperationsConnector.serves(request);
    }

    private boolean isRead(Request request) {
        var method = request.getMethod();
        return (HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method))
                // As it was sent, because Javalin routes that: another spelling of a path may be another route.
                && paths.contains(request.getHttpURI().getPath());
    }
}
