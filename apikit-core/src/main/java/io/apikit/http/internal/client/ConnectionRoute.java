package io.apikit.http.internal.client;

import io.apikit.http.HttpOptions;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import io.apikit.http.internal.route.ProxyServer;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.http.internal.url.Origin;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RouteInfo.LayerType;
import org.apache.hc.client5.http.RouteInfo.TunnelType;
import org.apache.hc.client5.http.impl.io.DefaultHttpClientConnectionOperator;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.client5.http.ssl.TlsSocketStrategy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Lookup;
import org.apache.hc.core5.http.io.SocketConfig;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.net.NamedEndpoint;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * The way of the connections to one origin: to its own host, to another address in its place, or through a proxy's tunnel.
 * TLS and {@code Host} name the origin in each case. Immutable.
 *
 * @param route in the client's own terms
 * @param address where to connect in place of the host; empty for the host itself
 * @param backend the origin of the backend itself
 */
record ConnectionRoute(
        Origin origin,
        HttpRoute route,
        Optional<ProxyServer> proxy,
        Optional<InetSocketAddress> address,
        Origin backend) {
    static ConnectionRoute of(Origin origin, HttpOptions options, Origin backend) {
        var host = host(origin);
        var address = origin.equals(backend)
                ? options.connectTo().or(() -> options.connectTo(origin.toString()))
                : options.connectTo(origin.toString());
        var proxy = address.isPresent()
                ? Optional.<ProxyServer>empty()
                : options.proxy(origin.toString()).map(url -> ProxyServer.parse("proxy", url));
        var route = proxy.map(server -> tunnel(host, origin, server))
                .orElseGet(() -> new HttpRoute(host, null, origin.isSecure()));
        return new ConnectionRoute(origin, route, proxy, address, backend);
    }

    /** Returns the origin's own host. */
    HttpHost host() {
        return route.getTargetHost();
    }

    private static HttpRoute tunnel(HttpHost host, Origin origin, ProxyServer proxy) {
        var layer = origin.isSecure() ? LayerType.LAYERED : LayerType.PLAIN;
        return new HttpRoute(host, null, host(proxy.origin()), origin.isSecure(), TunnelType.TUNNELLED, layer);
    }

    private static HttpHost host(Origin origin) {
        return new HttpHost(origin.scheme(), origin.bareHost(), origin.port());
    }

    /** Returns the exception that names what could not be connected to, if that is not the origin's own host. */
    private IOException unreachable(IOException e) {
        if (proxy.isPresent()) {
            return UnreachableException.ofProxy(proxy.get(), e);
        }
        return address.isPresent() && !(e instanceof SSLException)
                ? new UnreachableException(
                        " at " + address.get().getHostString() + ':'
                                + address.get().getPort(),
                        e)
                : e;
    }

    /** No connection to the proxy, or to the address in place of the host; the cause says why. */
    static final class UnreachableException extends IOException {
        private static final long serialVersionUID = 1L;

        private final boolean isOfProxy;
        private final String rest;

        private UnreachableException(String rest, IOException cause) {
            this(false, rest, cause);
        }

        private UnreachableException(boolean isOfProxy, String rest, IOException cause) {
            super(cause);
            this.isOfProxy = isOfProxy;
            this.rest = rest;
        }

        private static UnreachableException ofProxy(ProxyServer proxy, IOException cause) {
            return new UnreachableException(true, "the proxy " + proxy, cause);
        }

        /** Returns what could not be reached, for an error. */
        String target(BackendLabel backend) {
            return isOfProxy ? rest : backend + rest;
        }
    }

    /** A proxy that opens no tunnel. Nothing of the request was sent. */
    static final class ProxyException extends IOException {
        private static final long serialVersionUID = 1L;

        private final Kind kind;

        private ProxyException(Kind kind, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.kind = kind;
        }

        /** It is called for an exception while the proxy was asked for a tunnel. */
        static ProxyException silent(ProxyServer proxy, Exception e) {
            var isLate = e instanceof SocketTimeoutException;
            return new ProxyException(
                    isLate ? Kind.TIMEOUT : Kind.REFUSED,
                    "The proxy " + proxy + (isLate ? " did not open the tunnel in time" : " broke off"),
                    e);
        }

        /**
         * A proxy reports by 502, 503 or 504 that it does not reach the host. Each other status is its own refusal, which
         * another attempt would meet too.
         */
        static ProxyException refused(ProxyServer proxy, HttpHost host, int status) {
            var about = status == 407
                    ? proxy.authorization().isPresent()
                            ? ": it does not accept the user name and the password for it"
                            : ": it needs a user name and a password"
                    : "";
            return new ProxyException(
                    status >= 502 && status <= 504 ? Kind.REFUSED : Kind.NO_TUNNEL,
                    "The proxy " + proxy + " opened no tunnel to " + host.getHostName() + ":" + host.getPort() + ": "
                            + status + about,
                    null);
        }

        /** What a proxy sends behind its response would be taken for the backend's. */
        static ProxyException surplus(ProxyServer proxy) {
            return new ProxyException(
                    Kind.NO_TUNNEL, "The proxy " + proxy + " sent more than a response when it opened a tunnel", null);
        }

        TransportFailure failure() {
            return new TransportFailure(kind, String.valueOf(getMessage()), this).beforeSending();
        }
    }

    /** Opens connections on their way. */
    static final class Connector extends DefaultHttpClientConnectionOperator {
        private final Timeout connectTimeout;

        Connector(Lookup<TlsSocketStrategy> tls, HttpOptions options) {
            super(null, null, tls);
            this.connectTimeout = Timeout.of(options.connectTimeout());
        }

        @Override
        public void connect(
                ManagedHttpClientConnection connection,
                HttpHost host,
                @Nullable NamedEndpoint name,
                @Nullable Path unixSocket,
                @Nullable InetSocketAddress local,
                Timeout timeout,
                SocketConfig config,
                @Nullable Object attachment,
                HttpContext context)
                throws IOException {
            var way = ((ExchangeContext) context).route();
            var to = way.address()
                    .map(other -> new HttpHost(host.getSchemeName(), other.getHostString(), other.getPort()));
            try {
                super.connect(
                        connection,
                        to.orElse(host),
                        to.isPresent() ? host : name,
                        unixSocket,
                        local,
                        timeout,
                        config,
                        attachment,
                        context);
            } catch (IOException e) {
                throw way.unreachable(e);
            }
        }

        /** The client itself does not limit the time of a handshake within a tunnel. */
        @Override
        public void upgrade(
                ManagedHttpClientConnection connection,
                HttpHost host,
                @Nullable NamedEndpoint name,
                @Nullable Object attachment,
                HttpContext context)
                throws IOException {
            connection.setSocketTimeout(connectTimeout);
            try {
                super.upgrade(connection, host, name, attachment, context);
            } catch (SocketTimeoutException e) {
                var way = ((ExchangeContext) context).route();
                throw new UnreachableException(
                        " through the proxy " + way.proxy().orElseThrow(), e);
            }
            connection.setSocketTimeout(Timeout.DISABLED);
        }
    }
}
