package io.apikit.ops;

import io.javalin.http.Context;
import io.javalin.http.Handler;
import org.eclipse.jetty.server.Request;

/**
 * The access log: one line for each request after its end, at INFO, or at DEBUG for a {@linkplain #quiet quiet} route.
 *
 * <p>A line has the fields {@code method}, {@code route} (as registered, or {@code -}), {@code status}, {@code ms},
 * {@code bytes} of the body, {@code caller} (a digest, never a name), and {@code broken_off} for an incomplete
 * response. The MDC has the request's own id and trace. The line contains nothing else that the caller sent: no path,
 * no query, no header. {@link Operations#accessLog} switches it off. Thread-safe.
 */
public final class AccessLog {
    /** The name of the logger. */
    public static final String LOGGER = "io.apikit.access";

    private static final String QUIET = AccessLog.class.getName();

    private AccessLog() {}

    /** Returns a handler whose requests are logged at DEBUG, for requests as frequent as probes. */
    public static Handler quiet(Handler handler) {
        return ctx -> {
            quiet(ctx);
            handler.handle(ctx);
        };
    }

    /** Logs this request at DEBUG. */
    public static void quiet(Context ctx) {
        ctx.attribute(QUIET, true);
    }

    /** Returns whether this request is logged at DEBUG. */
    public static boolean isQuiet(Request request) {
        return request.getAttribute(QUIET) != null;
    }
}
