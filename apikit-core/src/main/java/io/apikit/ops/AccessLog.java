package io.apikit.ops;

import io.apikit.internal.caller.CallerKey;
import io.apikit.internal.metrics.ServedRequest;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/**
 * One line for each request that is over, by the logger {@code io.apikit.access}: at INFO, at DEBUG for a
 * {@linkplain #quiet quiet} route. It has the fields {@code method}, {@code route} (as registered, or {@code -}),
 * {@code status}, {@code ms}, {@code bytes} of the body, {@code caller} ({@link io.apikit.internal.caller.CallerKey CallerKey}, never a name), and
 * {@code broken_off} where the answer is not whole; in the MDC are the request's own id and trace. Nothing else that the
 * caller sent is in it: no path, no query, no header. Threadsafe.
 */
public final class AccessLog implements ServedRequest.Listener {
    /** The name of the logger. */
    public static final String LOGGER = "io.apikit.access";

    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);
    private static final String QUIET = AccessLog.class.getName();

    /** Longer than any registered method (RFC 9110, section 16.1); a made-up one has no limit. */
    private static final int METHOD_CHARACTERS = 20;

    private static final Pattern UNSEEN = Pattern.compile("[^!-~]");

    /** The access log of an app. */
    public AccessLog() {}

    /** This handler, whose requests are not worth a line at INFO: probes come every second. */
    public static Handler quiet(Handler handler) {
        return ctx -> {
            quiet(ctx);
            handler.handle(ctx);
        };
    }

    /** Says of this request that it is not worth a line at INFO. */
    public static void quiet(Context ctx) {
        ctx.attribute(QUIET, true);
    }

    @Override
    public void served(ServedRequest served) {
        var level = served.request().getAttribute(QUIET) == null ? Level.INFO : Level.DEBUG;
        if (!LOG.isEnabledForLevel(level)) {
            return;
        }
        // Whose thread ended this request is chance: it may be at work for another one, or for none.
        var another = MDC.getCopyOfContextMap();
        if (another != null && !another.isEmpty()) {
            MDC.clear();
        }
        try {
            MDC.put(RequestId.MDC_KEY, served.requestId());
            TraceContext.of(served.request()).ifPresent(trace -> MDC.put(TraceContext.MDC_KEY, trace.traceId()));
            log(level, served);
        } finally {
            restore(another);
        }
    }

    private static void restore(@Nullable Map<String, String> another) {
        if (another == null || another.isEmpty()) {
            MDC.clear();
        } else {
            MDC.setContextMap(another);
        }
    }

    private static void log(Level level, ServedRequest served) {
        var method = method(served.request());
        var route = served.route().orElse("-");
        var ms = Math.round(served.took().toNanos() / 1e5) / 10.0;
        var caller = CallerKey.of(served.request()).text();
        var line = LOG.atLevel(level)
                .addKeyValue("method", method)
                .addKeyValue("route", route)
                .addKeyValue("status", served.status())
                .addKeyValue("ms", ms)
                .addKeyValue("bytes", served.bytes())
                .addKeyValue("caller", caller);
        var end = served.isWhole() ? "" : ", broken off";
        (served.isWhole() ? line : line.addKeyValue("broken_off", true))
                .log(method + " " + route + " " + served.status() + ", " + ms + " ms, " + served.bytes()
                        + " bytes, caller " + caller + end);
    }

    /** Of a made-up one only the visible characters (RFC 9110, section 5.6.2 has fewer). */
    private static String method(Request request) {
        var method = String.valueOf(request.getMethod());
        return HttpMethod.fromString(method) == null ? madeUp(method) : method;
    }

    private static String madeUp(String method) {
        var visible = UNSEEN.matcher(method).replaceAll("?");
        return visible.substring(0, Math.min(METHOD_CHARACTERS, visible.length()));
    }
}
