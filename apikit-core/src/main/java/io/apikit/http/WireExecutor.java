package io.apikit.http;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Notes when a request goes onto the wire, and whether it went onto a connection that was used before and got no answer;
 * lets the response timeout bound the head of the answer only, unless its body is to be passed on.
 */
final class WireExecutor extends HttpRequestExecutor {
    private static final String SENT = "apikit.sent";
    private static final String UNANSWERED_ON_REUSED = "apikit.unansweredOnReused";
    private static final String KEEP_READ_TIMEOUT = "apikit.keepReadTimeout";

    /** For servers that do not know how to ask for a body; the RFC names no time, curl takes the same. */
    private static final Timeout WAIT_FOR_CONTINUE = Timeout.ofSeconds(1);

    WireExecutor() {
        super(Http1Config.custom().setWaitForContinueTimeout(WAIT_FOR_CONTINUE).build(), null, null);
    }

    /** Lets the response timeout bound every read of the body too. */
    static void keepReadTimeout(HttpContext context) {
        context.setAttribute(KEEP_READ_TIMEOUT, true);
    }

    /** Whether any byte of the request may have reached the backend. */
    static boolean wasSent(HttpContext context) {
        return context.getAttribute(SENT) != null;
    }

    /** Whether it went out on a connection that others went out on before, and the head of its answer never came. */
    static boolean wasUnansweredOnReused(HttpContext context) {
        return context.getAttribute(UNANSWERED_ON_REUSED) != null;
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback information,
            HttpContext context)
            throws IOException, HttpException {
        context.setAttribute(SENT, true);
        if (isReused(connection)) {
            context.setAttribute(UNANSWERED_ON_REUSED, true);
        }
        var response = super.execute(request, connection, information, context);
        context.removeAttribute(UNANSWERED_ON_REUSED);
        if (context.getAttribute(KEEP_READ_TIMEOUT) == null) {
            // From here on a slow body may take what the total leaves.
            connection.setSocketTimeout(Timeout.DISABLED);
        }
        return response;
    }

    private static boolean isReused(HttpClientConnection connection) {
        var details = connection.getEndpointDetails();
        return details != null && details.getRequestCount() > 0;
    }
}
