package io.apikit.internal.server;

import io.apikit.ops.RequestId;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The errors that no route ever sees: requests the server itself cannot read (400, 414, 431, 505), those that come
 * while it stops (503), and what fails outside the servlet.
 */
public final class JettyErrorHandler implements Request.Handler {
    private static final Logger LOG = LoggerFactory.getLogger(JettyErrorHandler.class);

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var exchange = ErrorShapingResponse.of(request);
        var id = exchange.map(ErrorShapingResponse::requestId)
                .orElseGet(() -> RequestId.acceptOrGenerate(request.getHeaders().getValuesList(RequestId.HEADER)));
        var shape = shape(request, response.getStatus(), id);
        exchange.ifPresent(ErrorShapingResponse::answered);
        response.getHeaders().put(RequestId.HEADER, id);
        CachePolicy.neverGuessed(response.getHeaders());
        var body = ErrorResponses.body(request, response, shape);
        response.write(true, body, callback);
        return true;
    }

    private static ErrorBody shape(Request request, int status, String requestId) {
        var cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        if (status >= 500 && cause instanceof Throwable failure && !isTheCallers(failure)) {
            LOG.error("request {} failed in the server", requestId, failure);
            return ErrorBody.of(status, "request id " + requestId);
        }
        return ErrorBody.of(status, cause instanceof HttpException refused ? refused.getReason() : null);
    }

    /** Who hangs up in the middle of its headers must not fill our log. */
    private static boolean isTheCallers(Throwable failure) {
        return failure instanceof HttpException || failure instanceof EofException;
    }
}
