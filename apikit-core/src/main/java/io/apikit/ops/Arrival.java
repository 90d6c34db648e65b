package io.apikit.ops;

import io.javalin.http.Context;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;

/** When a request came in, on monotonic time: before it waited for a thread, if its server can tell. */
final class Arrival {
    private Arrival() {}

    static long nanos(Context ctx) {
        try {
            return ServletContextRequest.getServletContextRequest(ctx.req()).getHeadersNanoTime();
        } catch (IllegalStateException anotherServer) {
            return System.nanoTime();
        }
    }
}
