package io.apikit.internal.server;

import io.apikit.ops.RequestId;
import io.apikit.ops.TraceContext;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/** The outermost handler of the server: gives each request its id and its way out. */
final class RequestScopeHandler extends Handler.Wrapper {
    private final CachePolicy callersOwn;

    RequestScopeHandler(CachePolicy callersOwn) {
        this.callersOwn = callersOwn;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var exchange = ErrorShapingResponse.begin(request, response, callersOwn);
        HeaderTimeout.requestBegins(request);
        MDC.put(RequestId.MDC_KEY, exchange.requestId());
        var trace = TraceContext.of(request);
        trace.ifPresent(known -> MDC.put(TraceContext.MDC_KEY, known.traceId()));
        try {
            return super.handle(request, exchange, callback);
        } finally {
            MDC.remove(RequestId.MDC_KEY);
            trace.ifPresent(known -> MDC.remove(TraceContext.MDC_KEY));
        }
    }
}
