package io.apikit.http;

import java.io.IOException;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** Notes when a request goes onto the wire, and lets the response timeout bound the head of the answer only. */
final class WireExecutor extends HttpRequestExecutor {
    private static final String SENT = "apikit.sent";

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
        // From here on a slow body may take what the total leaves.
        connection.setSocketTimeout(Timeout.DISABLED);
        return response;
    }
}
