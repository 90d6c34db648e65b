package io.apikit.http.internal.client;

import io.apikit.http.internal.resilience.ConnectionDemand;
import java.io.IOException;
import java.time.Duration;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** How far one exchange has come on its connection, and the timer that watches it. Used by one thread. */
final class ExchangeContext extends HttpClientContext {
    private final ConnectionPool pool;
    private final ConnectionRoute route;
    private final ConnectionDemand demand;
    private final ExchangeTimer timer;
    private final ContinueExpectation.@Nullable Question question;
    private @Nullable StrictConnection kept;
    private long idleNanos;
    private boolean wasChecked;
    private boolean sent;

    /** @param question null if the backend is not asked before the body is sent */
    ExchangeContext(
            ConnectionPool pool,
            ConnectionRoute route,
            ConnectionDemand demand,
            ExchangeTimer timer,
            ContinueExpectation.@Nullable Question question) {
        this.pool = pool;
        this.route = route;
        this.demand = demand;
        this.timer = timer;
        this.question = question;
        setUserToken(demand); // The client passes it on to the lease of a connection.
    }

    /** Returns the way of its connection. */
    ConnectionRoute route() {
        return route;
    }

    ContinueExpectation.@Nullable Question question() {
        return question;
    }

    ExchangeTimer timer() {
        return timer;
    }

    /** Checks a kept connection, if that has to be, before anything is sent on it. */
    private void sending(StrictConnection connection) throws IOException {
        kept = null;
        if (connection.uses() > 0) {
            idleNanos = pool.idleNanos(connection);
            wasChecked = pool.requireOpen(connection, demand, idleNanos);
            kept = connection;
        }
        sent = true;
    }

    private void responded(int status) {
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

    /** Returns whether the request was sent on a kept connection, and no byte of its response has come. */
    boolean hadNoResponseOnKept() {
        return kept != null && !kept.hasResponseBegun();
    }

    /** The kept connection that the request was sent on was closed. */
    void noteClosed() {
        pool.noteClosed(idleNanos, wasChecked);
    }

    /** Notes in the {@link ExchangeContext} when a request is sent, and has the {@link ExchangeTimer} limit the wait for its response. */
    static final class RequestExecutor extends HttpRequestExecutor {
        private static final Timeout WAIT_FOR_CONTINUE = Timeout.ofMilliseconds(ContinueExpectation.WAIT_MILLIS);

        private final Timeout connectTimeout;

        RequestExecutor(Duration connectTimeout) {
            super(
                    Http1Config.custom()
                            .setWaitForContinueTimeout(WAIT_FOR_CONTINUE)
                            .build(),
                    null,
                    null);
            this.connectTimeout = Timeout.of(connectTimeout);
        }

        @Override
        public ClassicHttpResponse execute(
                ClassicHttpRequest request,
                HttpClientConnection connection,
                @Nullable HttpResponseInformationCallback information,
                HttpContext context)
                throws IOException, HttpException {
            var exchange = (ExchangeContext) context;
            var strict = (StrictConnection) connection;
            if (Method.CONNECT.isSame(request.getMethod())) {
                return tunnel(request, strict, exchange.route(), context);
            }
            exchange.sending(strict);
            strict.timedBy(exchange.timer());
            strict.asking(exchange.question());
            var response = super.execute(request, connection, information, context);
            // Otherwise the request, its body and credentials too, would be kept for as long as the connection is.
            strict.timedBy(null);
            strict.asking(null);
            exchange.responded(response.getCode());
            return response;
        }

        /** Has the proxy open a tunnel. Any other response must not be taken for one of the backend. */
        private ClassicHttpResponse tunnel(
                ClassicHttpRequest request, StrictConnection connection, ConnectionRoute route, HttpContext context)
                throws IOException {
            var proxy = route.proxy().orElseThrow();
            proxy.authorization().ifPresent(value -> request.setHeader(HttpHeaders.PROXY_AUTHORIZATION, value));
            connection.setSocketTimeout(connectTimeout);
            ClassicHttpResponse response;
            try {
                response = super.execute(request, connection, null, context);
            } catch (IOException | HttpException e) {
                throw ConnectionRoute.ProxyException.silent(proxy, e);
            }
            if (response.getCode() != HttpStatus.SC_OK) {
                throw ConnectionRoute.ProxyException.refused(proxy, route.host(), response.getCode());
            }
            if (connection.hasMore()) {
                throw ConnectionRoute.ProxyException.surplus(proxy);
            }
            connection.setSocketTimeout(Timeout.DISABLED);
            connection.beginTunnel();
            return response;
        }
    }
}
