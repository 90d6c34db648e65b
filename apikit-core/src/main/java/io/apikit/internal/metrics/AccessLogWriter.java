package io.apikit.internal.metrics;

import io.apikit.internal.caller.CallerKey;
import io.apikit.ops.AccessLog;
import io.apikit.ops.RequestId;
import io.apikit.ops.TraceContext;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/** Writes the lines that {@link AccessLog} describes. Thread-safe. */
public final class AccessLogWriter implements ServedRequest.Listener {
    private static final Logger log = LoggerFactory.getLogger(AccessLog.LOGGER);
    /** Longer than any registered method (RFC 9110, section 16.1). An invented one has no limit. */
    private static final int METHOD_CHARACTERS = 20;

    private static final Pattern INVISIBLE = Pattern.compile("[^!-~]");

    @Override
    public void served(ServedRequest served) {
        var level = AccessLog.isQuiet(served.request()) ? Level.DEBUG : Level.INFO;
        if (!log.isEnabledForLevel(level)) {
            return;
        }
        // The thread that ends this request is arbitrary: its MDC may be that of another request.
        var other = MDC.getCopyOfContextMap();
        if (other != null && !other.isEmpty()) {
            MDC.clear();
        }
        try {
            MDC.put(RequestId.MDC_KEY, served.requestId());
            TraceContext.of(served.request()).ifPresent(trace -> MDC.put(TraceContext.MDC_KEY, trace.traceId()));
            write(level, served);
        } finally {
            restore(other);
        }
    }

    private static void restore(@Nullable Map<String, String> other) {
        if (other == null || other.isEmpty()) {
            MDC.clear();
        } else {
            MDC.setContextMap(other);
        }
    }

    private static void write(Level level, ServedRequest served) {
        var method = method(served.request());
        var route = served.route().orElse("-");
        var tenths = Math.round(served.took().toNanos() / 1e5);
        var caller = CallerKey.of(served.request()).text();
        var line = log.atLevel(level)
                .addKeyValue("method", method)
                .addKeyValue("route", route)
                .addKeyValue("status", served.status())
                .addKeyValue("ms", tenths / 10.0)
                .addKeyValue("bytes", served.bytes())
                .addKeyValue("caller", caller);
        var end = served.isWhole() ? "" : ", broken off";
        (served.isWhole() ? line : line.addKeyValue("broken_off", true))
                .log(method + " " + route + " " + served.status() + ", " + tenths / 10 + '.' + tenths % 10 + " ms, "
                        + served.bytes() + " bytes, caller " + caller + end);
    }

    private static String method(Request request) {
        var method = String.valueOf(request.getMethod());
        return HttpMethod.fromString(method) == null ? visible(method) : method;
    }

    /** Replaces invisible characters of an unknown method (RFC 9110, section 5.6.2 allows fewer) and shortens it. */
    private static String visible(String method) {
        var visible = INVISIBLE.matcher(method).replaceAll("?");
        return visible.substring(0, Math.min(METHOD_CHARACTERS, visible.length()));
    }
}
