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
 * Notes when a request goes onto the wire, and lets the response timeout bound the head of the answer only, unless its
 * body is to be passed on.
 */
final class WireExecutor extends HttpRequestExecutor {
    private static final String SENT = "apikit.sent";
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

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback information,
            HttpContext context)
            throws IOException, HttpException {
        context.setAttribute(SENT, true);
        var response = super.execute(request, connection, information, context);
        if (context.getAttribute(KEEP_READ_TIMEOUT) == null) {
            // From here on a slow body may take what the total leaves.
            connection.setSocketTimeout(Timeout.DISABLED);
        }
        return response;
    }
}
