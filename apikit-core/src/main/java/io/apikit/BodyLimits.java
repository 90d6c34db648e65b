package io.apikit;

import io.apikit.ops.Limits;
import io.javalin.config.JavalinState;
import java.time.Duration;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** Bounds every body, whoever reads it and however it comes; a request without one just passes. */
final class BodyLimits extends Handler.Wrapper {
    private final long most;
    private final long mostOfForm;
    private final int leastPerSecond;
    private final Duration patience;

    private BodyLimits(long most, long mostOfForm, Limits limits) {
        this.most = most;
        this.mostOfForm = mostOfForm;
        this.leastPerSecond = limits.bodyBytesPerSecond();
        this.patience = limits.headerTime();
    }

    /** Javalin's own limits, for a body read whole and for a form, may be wider: then the author has set them. */
    static BodyLimits of(JavalinState state, Limits limits) {
        var body = Math.max(limits.bodyBytes(), state.http.maxRequestSize);
        var form = state.jetty.multipartConfig.multipartConfigElement$javalin().getMaxRequestSize();
        return new BodyLimits(body, form < 0 ? Long.MAX_VALUE : Math.max(body, form), limits);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (!hasBody(request)) {
            return super.handle(request, response, callback);
        }
        var limit = isForm(request) ? mostOfForm : most;
        if (request.getLength() > limit) {
            ErrorAnswer.refuse(request, response, callback, ErrorShape.of(413, null));
            return true;
        }
        var body = new LimitedBody(request, response, limit, leastPerSecond, patience);
        return super.handle(body, response, body.whenDone(callback));
    }

    private static boolean hasBody(Request request) {
        var length = request.getLength();
        return length > 0
                || (length < 0
                        && (request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING)
                                || request.getConnectionMetaData()
                                                .getHttpVersion()
                                                .getVersion()
                                        >= HttpVersion.HTTP_2.getVersion()));
    }

    private static boolean isForm(Request request) {
        var type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        return type != null
                && "multipart/form-data"
                        .equalsIgnoreCase(MimeTypes.getBase(type).strip());
    }
}
