package io.apikit.internal.server;

import io.apikit.internal.limits.RateLimiter;
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
    private final OpenPaths unlimitedPaths;

    RateLimitHandler(RateLimiter limiter, OpenPaths unlimitedPaths) {
        this.limiter = limiter;
        this.unlimitedPaths = unlimitedPaths;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (unlimitedPaths.isAskedBy(request)) {
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
}
