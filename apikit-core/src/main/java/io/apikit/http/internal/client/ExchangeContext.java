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

/** How far one exchange has come on its connection, and the timer that watches it. Used by one thread. */
final class ExchangeContext extends HttpClientContext {
    private final ExchangeTimer timer;
    private final ContinueExpectation.@Nullable Question question;
    private boolean sent;
    private boolean noResponseOnReused;

    /** @param question null if the backend is not asked before the body is sent */
    ExchangeContext(ExchangeTimer timer, ContinueExpectation.@Nullable Question question) {
        this.timer = timer;
        this.question = question;
    }

    ContinueExpectation.@Nullable Question question() {
        return question;
    }

    ExchangeTimer timer() {
        return timer;
    }

    void sending(boolean onReused) {
        sent = true;
        noResponseOnReused |= onReused;
    }

    void responded(int status) {
        noResponseOnReused = false;
        if (question != null && status == 417) {
            question.inVain();
        } else if (question != null) {
            question.responded();
        }
    }

    /** Returns whether any byte of the request may have reached the backend. */
    boolean wasSent() {
        return sent;
    }

    /** Returns whether the request was sent on a connection used before, and the head of its response has not come. */
    boolean hadNoResponseOnReused() {
        return noResponseOnReused;
    }

    /** Notes in the {@link ExchangeContext} when a request is sent, and has the {@link ExchangeTimer} limit the wait for its response. */
    static final class RequestExecutor extends HttpRequestExecutor {
        private static final Timeout WAIT_FOR_CONTINUE = Timeout.ofMilliseconds(ContinueExpectation.WAIT_MILLIS);

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
            exchange.sending(isReused(connection));
            var strict = (StrictConnection) connection;
            strict.timedBy(exchange.timer());
            strict.asking(exchange.question());
            var response = super.execute(request, connection, information, context);
            // Otherwise the request, its body and credentials too, would be kept for as long as the connection is.
            strict.timedBy(null);
            strict.asking(null);
            exchange.responded(response.getCode());
            return response;
        }

        private static boolean isReused(HttpClientConnection connection) {
            var details = connection.getEndpointDetails();
            return details != null && details.getRequestCount() > 0;
        }
    }
}
