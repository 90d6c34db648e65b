package io.apikit.internal.server;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.nio.ByteBuffer;
import java.util.Collections;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Puts an error's shape into an answer, in the spelling that the caller asks for. */
public final class ErrorResponses {
    private ErrorResponses() {}

    /** For an error thrown below a handler: sets the status; the exchange writes the rest, or where there is none, this. */
    public static void give(Context ctx, ErrorBody shape) {
        ctx.status(shape.status());
        ErrorShapingResponse.of(ctx).ifPresentOrElse(exchange -> exchange.thrown(shape), () -> write(ctx, shape));
    }

    private static void write(Context ctx, ErrorBody shape) {
        var type = ErrorBody.type(Collections.list(ctx.req().getHeaders(Header.ACCEPT)));
        ctx.res().addHeader(Header.VARY, Header.ACCEPT);
        ctx.contentType(type).result(shape.bytes(type));
    }

    /** The body, whose type is set in the headers. */
    static ByteBuffer body(Request request, Response response, ErrorBody shape) {
        var type = ErrorBody.type(request.getHeaders().getValuesList(HttpHeader.ACCEPT));
        vary(response.getHeaders(), HttpHeader.ACCEPT);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        return ByteBuffer.wrap(shape.bytes(type));
    }

    /** For an error of the server's own handlers, before anything of the app; its caller may still be sending. */
    static void refuse(Request request, Response response, Callback callback, ErrorBody shape) {
        if (LingeringClose.dropsAll(request)) {
            send(request, response, callback, shape);
        } else {
            close(request, response);
            send(request, response, LingeringClose.before(callback, request), shape);
        }
    }

    private static void send(Request request, Response response, Callback callback, ErrorBody shape) {
        response.setStatus(shape.status());
        ErrorShapingResponse.of(request).ifPresent(ErrorShapingResponse::answered);
        response.write(true, body(request, response, shape), callback);
    }

    /** The connection ends with this answer. HTTP/2 has no such header (RFC 9113, section 8.2.2). */
    static void close(Request request, Response response) {
        if (request.getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    /** Tells caches that the answer depends on this request header, beside what it says it depends on already. */
    static void vary(HttpFields.Mutable headers, HttpHeader on) {
        if (!headers.contains(HttpHeader.VARY, on.asString()) && !headers.contains(HttpHeader.VARY, "*")) {
            headers.add(HttpHeader.VARY, on.asString());
        }
    }
}
