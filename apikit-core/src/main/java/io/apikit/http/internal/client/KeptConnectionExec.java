package io.apikit.http.internal.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.SocketException;
import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.client5.http.classic.ExecChainHandler;
import org.apache.hc.client5.http.classic.ExecRuntime;
import org.apache.hc.client5.http.impl.ConnectionShutdownException;
import org.apache.hc.client5.http.impl.DefaultClientConnectionReuseStrategy;
import org.apache.hc.client5.http.impl.DefaultConnectionKeepAliveStrategy;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.client5.http.protocol.RequestClientConnControl;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.HttpStatus;
import org.apache.hc.core5.http.HttpVersion;
import org.apache.hc.core5.http.Method;
import org.apache.hc.core5.http.ProtocolException;
import org.apache.hc.core5.http.io.EofSensorInputStream;
import org.apache.hc.core5.http.io.EofSensorWatcher;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.io.entity.HttpEntityWrapper;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http.protocol.HttpProcessor;
import org.apache.hc.core5.http.protocol.RequestTargetHost;
import org.apache.hc.core5.http.protocol.RequestUserAgent;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.util.TimeValue;

/**
 * Stands in the client in place of the step for the client's own authentication, which is switched off and still parses
 * the target of each request. A GET or HEAD goes directly to a kept connection, past the steps that open one.
 * What is rarer takes these steps. Thread-safe.
 */
final class KeptConnectionExec implements ExecChainHandler {
    /** An upgrade is never asked for. */
    private static final HttpResponseInformationCallback NO_UPGRADE = (interim, connection, context) -> {
        if (interim.getCode() == HttpStatus.SC_SWITCHING_PROTOCOLS) {
            throw new ProtocolException("Protocols were switched unasked");
        }
    };

    /** What the client itself adds to such a request, in the same order. */
    private final HttpProcessor headers;

    KeptConnectionExec(String userAgent) {
        this.headers = new DefaultHttpProcessor(
                new RequestTargetHost(), new RequestClientConnControl(), new RequestUserAgent(userAgent));
    }

    @Override
    public ClassicHttpResponse execute(ClassicHttpRequest request, ExecChain.Scope scope, ExecChain chain)
            throws IOException, HttpException {
        var runtime = scope.execRuntime;
        completeTarget(request, scope.route.getTargetHost());
        try {
            runtime.acquireEndpoint(
                    scope.exchangeId, scope.route, scope.clientContext.getUserToken(), scope.clientContext);
            var response = isRead(request) && runtime.isEndpointConnected()
                    ? onKept(request, scope, runtime)
                    : chain.proceed(request, scope);
            var body = response.getEntity();
            if (body != null && body.isStreaming()) {
                response.setEntity(new ReleasingEntity(body, runtime));
            }
            return response;
        } catch (ConnectionShutdownException e) {
            runtime.discardEndpoint();
            var shutDown = new InterruptedIOException("Connection has been shut down");
            shutDown.initCause(e);
            throw shutDown;
        } catch (HttpException | IOException | RuntimeException e) {
            runtime.discardEndpoint();
            throw e;
        }
    }

    /** The JDK's URI knows no host in which an underscore stands. */
    private static void completeTarget(ClassicHttpRequest request, HttpHost origin) {
        if (request.getScheme() == null) {
            request.setScheme(origin.getSchemeName());
        }
        if (request.getAuthority() == null) {
            request.setAuthority(new URIAuthority(origin));
        }
    }

    /** Only a GET or HEAD without a body gets no further header: a POST without one has a length of 0. */
    private static boolean isRead(ClassicHttpRequest request) {
        var method = request.getMethod();
        return request.getEntity() == null && (Method.GET.isSame(method) || Method.HEAD.isSame(method));
    }

    private ClassicHttpResponse onKept(ClassicHttpRequest request, ExecChain.Scope scope, ExecRuntime runtime)
            throws IOException, HttpException {
        var context = scope.clientContext;
        context.setRoute(scope.route);
        context.setRequest(request);
        headers.process(request, null, context);
        var response = runtime.execute(scope.exchangeId, request, NO_UPGRADE, context);
        if (isKept(request, response, context)) {
            runtime.markConnectionReusable(context.getUserToken(), keptFor(response, context));
        } else {
            runtime.markConnectionNonReusable();
        }
        var body = response.getEntity();
        if (body == null || !body.isStreaming()) {
            runtime.releaseEndpoint();
        }
        return response;
    }

    /** The client's own answer takes lists of tokens from both messages. */
    private static boolean isKept(HttpRequest request, HttpResponse response, HttpClientContext context) {
        var isPlain = response.getCode() == HttpStatus.SC_OK
                && Method.GET.isSame(request.getMethod())
                && response.countHeaders(HttpHeaders.CONTENT_LENGTH) == 1
                && !response.containsHeader(HttpHeaders.TRANSFER_ENCODING)
                && !response.containsHeader(HttpHeaders.CONNECTION)
                && !response.containsHeader("Proxy-Connection")
                && HttpVersion.HTTP_1_1.equals(response.getVersion());
        return isPlain || DefaultClientConnectionReuseStrategy.INSTANCE.keepAlive(request, response, context);
    }

    private static TimeValue keptFor(HttpResponse response, HttpClientContext context) {
        return response.containsHeader(HttpHeaders.KEEP_ALIVE)
                ? DefaultConnectionKeepAliveStrategy.INSTANCE.getKeepAliveDuration(response, context)
                : context.getRequestConfigOrDefault().getConnectionKeepAlive();
    }

    /** A body that gives its connection back at its end. */
    private static final class ReleasingEntity extends HttpEntityWrapper implements EofSensorWatcher {
        private final ExecRuntime runtime;

        private ReleasingEntity(HttpEntity body, ExecRuntime runtime) {
            super(body);
            this.runtime = runtime;
        }

        @Override
        public InputStream getContent() throws IOException {
            return new EofSensorInputStream(super.getContent(), this);
        }

        @Override
        public boolean eofDetected(InputStream read) throws IOException {
            release(read);
            return false;
        }

        /** The connection of an exchange that was aborted fails here, since closing reads the rest. */
        @Override
        public boolean streamClosed(InputStream left) throws IOException {
            var isHeld = runtime.isEndpointAcquired();
            try {
                release(left);
            } catch (SocketException e) {
                if (isHeld) {
                    throw e;
                }
            }
            return false;
        }

        @Override
        public boolean streamAbort(InputStream broken) {
            runtime.discardEndpoint();
            return false;
        }

        @Override
        public void close() throws IOException {
            var isClosed = false;
            try {
                super.close();
                isClosed = true;
            } finally {
                end(isClosed);
            }
        }

        private void release(InputStream body) throws IOException {
            var isClosed = false;
            try {
                body.close();
                isClosed = true;
            } finally {
                end(isClosed);
            }
        }

        /** Once the connection was given back, both do nothing. */
        private void end(boolean isWhole) {
            if (isWhole) {
                runtime.releaseEndpoint();
            } else {
                runtime.discardEndpoint();
            }
        }
    }
}
