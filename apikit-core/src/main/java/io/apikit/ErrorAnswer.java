package io.apikit;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.nio.ByteBuffer;
import java.util.Collections;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;

/** Puts an error's shape into an answer, in the spelling that the caller asks for. */
final class ErrorAnswer {
    private ErrorAnswer() {}

    /** For an error thrown below a handler: sets the status; the exchange writes the rest, or where there is none, this. */
    static void give(Context ctx, ErrorShape shape) {
        ctx.status(shape.status());
        Exchange.of(ctx).ifPresentOrElse(exchange -> exchange.thrown(shape), () -> write(ctx, shape));
    }

    private static void write(Context ctx, ErrorShape shape) {
        var type = ErrorShape.type(Collections.list(ctx.req().getHeaders(Header.ACCEPT)));
        ctx.res().addHeader(Header.VARY, Header.ACCEPT);
        ctx.contentType(type).result(shape.bytes(type));
    }

    /** The body, whose type is set in the headers. */
    static ByteBuffer body(Request request, Response response, ErrorShape shape) {
        var type = ErrorShape.type(request.getHeaders().getValuesList(HttpHeader.ACCEPT));
        vary(response.getHeaders(), HttpHeader.ACCEPT);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        return ByteBuffer.wrap(shape.bytes(type));
    }

    /** Tells caches that the answer depends on this request header, beside what it says it depends on already. */
    static void vary(HttpFields.Mutable headers, HttpHeader on) {
        if (!headers.contains(HttpHeader.VARY, on.asString()) && !headers.contains(HttpHeader.VARY, "*")) {
            headers.add(HttpHeader.VARY, on.asString());
        }
    }
}
