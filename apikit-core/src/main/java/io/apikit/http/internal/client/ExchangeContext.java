package io.apikit.http.internal.client;

import java.io.IOException;
import org.apache.hc.client5.http.protocol.HttpClientContext;
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

/** How far one exchange has come on the wire, and who watches it there. Used by one thread. */
final class ExchangeContext extends HttpClientContext {
    private final ExchangeTimer watchdog;
    private boolean sent;
    private boolean unansweredOnReused;

    ExchangeContext(ExchangeTimer watchdog) {
        this.watchdog = watchdog;
    }

    ExchangeTimer watchdog() {
        return watchdog;
    }

    void sends(boolean onReused) {
        sent = true;
        unansweredOnReused |= onReused;
    }

    void answered() {
        unansweredOnReused = false;
    }

    /** Whether any byte of the request may have reached the backend. */
    boolean wasSent() {
        return sent;
    }

    /** Whether it went out on a connection that others went out on before, and the head of its answer never came. */
    boolean wasUnansweredOnReused() {
        return unansweredOnReused;
    }

    /** Notes in the {@link ExchangeContext} when a request goes onto the wire, and has the {@link ExchangeTimer} watch for its answer. */
    static final class RequestExecutor extends HttpRequestExecutor {
        /** For servers that do not know how to ask for a body; the RFC names no time, curl takes the same. */
        private static final Timeout WAIT_FOR_CONTINUE = Timeout.ofSeconds(1);

        RequestExecutor() {
            super(
                    Http1Config.custom()
                            .setWaitForContinueTimeout(WAIT_FOR_CONTINUE)
                            .build(),
                    null,
                    null);
        }

        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                @Nullable HttpResponseInformationCallback information,
                HttpContext context)
                throws IOException, HttpException {
            var exchange = (ExchangeContext) context;
            exchange.sends(isReused(connection));
            var wire = (StrictConnection) connection;
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
}
