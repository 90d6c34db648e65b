package io.apikit.internal.server;

import io.apikit.internal.util.ReasonPhrase;
import io.apikit.ops.RequestId;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.nio.ByteBuffer;
import java.util.Collections;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.server.HttpStream;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes errors as responses, in the media type that the caller accepts. */
public final class ErrorResponses {
    private static final Logger log = LoggerFactory.getLogger(ErrorResponses.class);

    private ErrorResponses() {}

    /**
     * Responds with an error that was thrown below a handler. Sets the status; the rest is written by the
     * {@link ErrorShapingResponse}, or here if the server has none.
     */
    public static void respond(Context ctx, ErrorBody error) {
        ctx.status(error.status());
        ErrorShapingResponse.of(ctx).ifPresentOrElse(shaping -> shaping.setError(error), () -> write(ctx, error));
    }

    private static void write(Context ctx, ErrorBody error) {
        var type = ErrorBody.type(Collections.list(ctx.req().getHeaders(Header.ACCEPT)));
        ctx.res().addHeader(Header.VARY, Header.ACCEPT);
        ctx.contentType(type).result(error.bytes(type));
    }

    /** Returns the body of an error, and sets its media type in the headers. */
    static ByteBuffer body(Request request, Response response, ErrorBody error) {
        var type = ErrorBody.type(request.getHeaders().getValuesList(HttpHeader.ACCEPT));
        addVary(response.getHeaders(), HttpHeader.ACCEPT);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        useStandardReason(request, error.status());
        return ByteBuffer.wrap(error.bytes(type));
    }

    /** Has the status line name the reason that the body names, where Jetty would write another one. */
    static void useStandardReason(Request request, int status) {
        if (ReasonPhrase.differsInStatusLine(status)) {
            request.addHttpStreamWrapper(StandardReason::new);
        }
    }

    /** Responds with an error of one of the server's own handlers, before the app. The caller may still be sending. */
    static void refuse(Request request, Response response, Callback callback, ErrorBody error) {
        log.debug(
                "request {} is refused: {} {}",
                request.getAttribute(RequestId.ATTRIBUTE),
                error.status(),
                error.content());
        if (LingeringClose.discardsAll(request)) {
            send(request, response, callback, error);
        } else {
            closeConnection(request, response);
            send(request, response, LingeringClose.before(callback, request), error);
        }
    }

    private static void send(Request request, Response response, Callback callback, ErrorBody error) {
        response.setStatus(error.status());
        ErrorShapingResponse.of(request).ifPresent(ErrorShapingResponse::markFinal);
        response.write(true, body(request, response, error), callback);
    }

    /** Closes the connection after this response. HTTP/2 has no such header (RFC 9113, section 8.2.2). */
    static void closeConnection(Request request, Response response) {
        if (request.getConnectionMetaData().getHttpVersion().getVersion() < HttpVersion.HTTP_2.getVersion()) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
    }

    /** Adds a request header to those that the response depends on. */
    static void addVary(HttpFields.Mutable headers, HttpHeader on) {
        if (!headers.contains(HttpHeader.VARY, on.asString()) && !headers.contains(HttpHeader.VARY, "*")) {
            headers.add(HttpHeader.VARY, on.asString());
        }
    }

    /** Sends a response with the standard reason phrase in its status line. Jetty's own API has no reason to set. */
    private static final class StandardReason extends HttpStream.Wrapper {
        private StandardReason(HttpStream stream) {
            super(stream);
        }

        @Override
        public void send(
                MetaData.Request request,
                MetaData.@Nullable Response response,
                boolean last,
                @Nullable ByteBuffer content,
                Callback callback) {
            super.send(request, response == null ? null : named(response), last, content, callback);
        }

        private static MetaData.Response named(MetaData.Response response) {
            return new MetaData.Response(
                    response.getStatus(),
                    ReasonPhrase.of(response.getStatus()),
                    response.getHttpVersion(),
                    response.getHttpFields(),
                    response.getContentLength(),
                    response.getTrailersSupplier());
        }
    }
}
