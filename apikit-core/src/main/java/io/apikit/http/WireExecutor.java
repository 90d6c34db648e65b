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

/** Notes in the {@link WireContext} when a request goes onto the wire, and has the {@link Watchdog} watch for its answer. */
final class WireExecutor extends HttpRequestExecutor {
    /** For servers that do not know how to ask for a body; the RFC names no time, curl takes the same. */
    private static final Timeout WAIT_FOR_CONTINUE = Timeout.ofSeconds(1);

    WireExecutor() {
        super(Http1Config.custom().setWaitForContinueTimeout(WAIT_FOR_CONTINUE).build(), null, null);
    }

    @Override
    public ClassicHttpResponse execute(
            ClassicHttpRequest request,
            HttpClientConnection connection,
            @Nullable HttpResponseInformationCallback information,
            HttpContext context)
            throws IOException, HttpException {
        var exchange = (WireContext) context;
        exchange.sends(isReused(connection));
        var wire = (WireConnection) connection;
        wire.watchedBy(exchange.watchdog());
        var response = super.execute(request, connection, information, context);
        // Or the request, its body and credentials too, would be kept for as long as the connection is.
        wire.watchedBy(null);
        exchange.answered();
        return response;
    }

    private static boolean isReused(HttpClientConnection connection) {
        var details = connection.getEndpointDetails();
        return details != null && details.getRequestCount() > 0;
    }
}
