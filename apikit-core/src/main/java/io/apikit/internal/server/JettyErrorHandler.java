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
 * Writes the errors that no route sees: of requests that the server cannot parse (400, 414, 431, 505), and of failures
 * outside the servlet.
 */
public final class JettyErrorHandler implements Request.Handler {
    private static final Logger log = LoggerFactory.getLogger(JettyErrorHandler.class);

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var shaping = ErrorShapingResponse.of(request);
        var id = shaping.map(ErrorShapingResponse::requestId)
                .orElseGet(() -> RequestId.acceptOrGenerate(request.getHeaders().getValuesList(RequestId.HEADER)));
        var error = error(request, response.getStatus(), id);
        shaping.ifPresent(ErrorShapingResponse::markFinal);
        response.getHeaders().put(RequestId.HEADER, id);
        CachePolicy.addNoSniff(response.getHeaders());
        if (shaping.isEmpty()) {
            // Where a request ends that the server could not parse is not known.
            ErrorResponses.closeConnection(request, response);
        }
        var body = ErrorResponses.body(request, response, error);
        response.write(true, body, callback);
        return true;
    }

    private static ErrorBody error(Request request, int status, String requestId) {
        var cause = request.getAttribute(ErrorHandler.ERROR_EXCEPTION);
        if (status >= 500 && cause instanceof Throwable failure && !isCallersFault(failure)) {
            log.error("request {} failed in the server", requestId, failure);
            return ErrorBody.of(status, "request id " + requestId);
        }
        log.debug("request {} is refused by the server: {}", requestId, status);
        return ErrorBody.of(status, cause instanceof HttpException http ? http.getReason() : null);
    }

    /** A client that closes the connection in the middle of its headers must not fill the log. */
    private static boolean isCallersFault(Throwable failure) {
        return failure instanceof HttpException || failure instanceof EofException;
    }
}
