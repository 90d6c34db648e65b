package io.apikit.ops;

import io.javalin.http.Context;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * The id of a request, which is in the response header {@code X-Request-Id}, in the log and in the body of a generic
 * 500. If the caller sends that header, its value is used: once, with 1 to 128 letters, digits, dots, underscores and
 * hyphens. Otherwise an id is generated. Thread-safe.
 */
public final class RequestId {
    /** The name of the header, in requests and in responses. */
    public static final String HEADER = "X-Request-Id";

    /** The key of the id in SLF4J's {@link MDC}, on the thread that serves the request and while it does. */
    public static final String MDC_KEY = "request_id";

    /** The request attribute that has the id. */
    public static final String ATTRIBUTE = RequestId.class.getName();

    private static final Pattern WELL_FORMED = Pattern.compile("[A-Za-z0-9._-]{1,128}");

    private RequestId() {}

    /**
     * Returns the id of a request. It is the same for each call. In an app that is not an {@code ApiApp}, the first
     * call determines the id and sets the response header.
     */
    public static String of(Context ctx) {
        String known = ctx.attribute(ATTRIBUTE);
        if (known != null) {
            return known;
        }
        var headers = ctx.req().getHeaders(HEADER);
        var id = acceptOrGenerate(headers.hasMoreElements() ? List.of(headers.nextElement()) : List.of());
        ctx.attribute(ATTRIBUTE, id);
        ctx.header(HEADER, id);
        return id;
    }

    /**
     * Returns the only one of these header values if it is well-formed, otherwise a new id of 32 hexadecimal digits.
     */
    public static String acceptOrGenerate(List<String> headerValues) {
        return headerValues.size() == 1
                        && WELL_FORMED.matcher(headerValues.get(0)).matches()
                ? headerValues.get(0)
                : generate();
    }

    /** An id protects nothing: a secure random source is not needed, and all requests would contend for its lock. */
    private static String generate() {
        var random = ThreadLocalRandom.current();
        var hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(random.nextLong());
    }
}
