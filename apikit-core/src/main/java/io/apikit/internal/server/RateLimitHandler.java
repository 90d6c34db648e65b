package io.apikit.internal.server;

import io.apikit.internal.limits.RateLimiter;
import java.util.Set;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses the requests of callers that send too many, before any handler of the app. A filter of Javalin would hide
 * each route from traces.
 */
final class RateLimitHandler extends Handler.Wrapper {
    private final RateLimiter limiter;
    private final Set<String> unlimitedPaths;

    /** @param unlimitedPaths the paths whose GET and HEAD are never limited */
    RateLimitHandler(RateLimiter limiter, Set<String> unlimitedPaths) {
        this.limiter = limiter;
        this.unlimitedPaths = Set.copyOf(unlimitedPaths);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (isRead(request, unlimitedPaths) || OperationsConnector.serves(request)) {
            return super.handle(request, response, callback);
        }
        var admission = limiter.admit(request);
        admission.addTo(response.getHeaders());
        if (admission.isGranted()) {
            return super.handle(request, response, callback);
        }
        ErrorResponses.refuse(request, response, callback, ErrorBody.of(429, "asked too often"));
        return true;
    }

    /** Returns whether a request is a GET or HEAD of one of the paths. */
    static boolean isRead(Request request, Set<String> paths) {
        var method = request.getMethod();
        return (HttpMethod.GET.is(method) || HttpMethod.HEAD.is(method))
                // As it was sent, because Javalin routes that: another spelling of a path may be another route.
                && paths.contains(request.getHttpURI().getPath());
    }
}
