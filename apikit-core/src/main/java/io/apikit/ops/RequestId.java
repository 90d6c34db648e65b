package io.apikit.ops;

import io.javalin.http.Context;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * The id that a request has in the response's {@code X-Request-Id}, in the log and in a generic 500. The caller's own is
 * taken if it is well-formed: up to 128 letters, digits, dots, underscores and hyphens. Otherwise one is made.
 */
public final class RequestId {
    /** The header it comes in and goes out by. */
    public static final String HEADER = "X-Request-Id";

    /** The key it has in SLF4J's {@link MDC} on the thread that serves the request, as long as it does so. */
    public static final String MDC_KEY = "request_id";

    /** The request attribute it is kept in. */
    public static final String ATTRIBUTE = RequestId.class.getName();

    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /** The id of this request: the same one every time, also in an app that is not an {@code ApiApp}. */
    public static String of(Context ctx) {
        String known = ctx.attribute(ATTRIBUTE);
        if (known != null) {
            return known;
        }
        var headers = ctx.req().getHeaders(HEADER);
        var id = takenOrMade(headers.hasMoreElements() ? List.of(headers.nextElement()) : List.of());
        ctx.attribute(ATTRIBUTE, id);
        ctx.header(HEADER, id);
        return id;
    }

    /** The only one of these header values if it is well-formed, else a new id of 32 hexadecimal digits. */
    public static String takenOrMade(List<String> headerValues) {
        return headerValues.size() == 1
                        && WELL_FORMED.matcher(headerValues.get(0)).matches()
                ? headerValues.get(0)
                : made();
    }

    /** Names a request and protects nothing: no need for a secure source, whose lock all requests would share. */
    private static String made() {
        var random = ThreadLocalRandom.current();
        var hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
}
