package io.apikit.internal.server;

import io.apikit.ops.RequestId;
import io.apikit.ops.TraceContext;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/** The outermost handler of the server, which gives each request its id and the response that shapes its errors. */
final class RequestScopeHandler extends Handler.Wrapper {
    private final CachePolicy cachePolicy;

    RequestScopeHandler(CachePolicy cachePolicy) {
        this.cachePolicy = cachePolicy;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var shaping = ErrorShapingResponse.begin(request, response, cachePolicy);
        ConnectionWatch.onRequestBegin(request);
        return handle(getHandler(), request, shaping, shaping, callback);
    }

    /**
     * Has a handler called in the scope of its request: the log of this thread has the request's id.
     *
     * @param response as the handler gets it, which may be wrapped
     */
    static boolean handle(
            Handler handler, Request request, ErrorShapingResponse shaping, Response response, Callback callback)
            throws Exception {
        shaping.enterThread();
        MDC.put(RequestId.MDC_KEY, shaping.requestId());
        TraceContext.of(request).ifPresent(context -> MDC.put(TraceContext.MDC_KEY, context.traceId()));
        try {
            return handler.handle(request, response, callback);
        } finally {
            shaping.leaveThread();
            MDC.clear(); // What a handler has left there too: the thread may serve another request next.
        }
    }
}
