package io.apikit;

import io.apikit.ops.RequestId;
import io.apikit.ops.TraceContext;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/** The outermost handler of the server: gives each request its id and its way out. */
final class Exchanges extends Handler.Wrapper {
    private final CallersOwn callersOwn;

    Exchanges(CallersOwn callersOwn) {
        this.callersOwn = callersOwn;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var exchange = Exchange.begin(request, response, callersOwn);
        SlowHeads.requestBegins(request);
        MDC.put(RequestId.MDC_KEY, exchange.requestId());
        TraceContext.of(request).ifPresent(trace -> MDC.put(TraceContext.MDC_KEY, trace.traceId()));
        try {
            return super.handle(request, exchange, callback);
        } finally {
            MDC.remove(RequestId.MDC_KEY);
            MDC.remove(TraceContext.MDC_KEY);
        }
    }
}
