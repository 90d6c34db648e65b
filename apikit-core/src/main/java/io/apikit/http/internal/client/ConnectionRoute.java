package io.apikit.http.internal.client;

import io.apikit.http.HttpOptions;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.http.internal.resilience.TransportFailure.Kind;
import io.apikit.http.internal.route.ProxyServer;
import io.apikit.http.internal.url.Origin;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.Optional;
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
 * @param host the origin's own host
 * @param route in the client's own terms
 * @param address where to connect in place of the host; empty for the host itself
 * @param isBackend whether the origin is that of the backend itself
 */
record ConnectionRoute(
        HttpHost host,
        HttpRoute route,
        Optional<ProxyServer> proxy,
        Optional<InetSocketAddress> address,
        boolean isBackend) {
    static ConnectionRoute of(Origin origin, HttpOptions options, boolean isBackend) {
        var host = host(origin);
        var address = isBackend
                ? options.connectTo().or(() -> options.connectTo(origin.toString()))
                : options.connectTo(origin.toString());
        var proxy = address.isPresent()
                ? Optional.<ProxyServer>empty()
                : options.proxy(origin.toString()).map(url -> ProxyServer.parse("proxy", url));
        var route = proxy.map(server -> tunnel(host, origin, server))
                .orElseGet(() -> new HttpRoute(host, null, origin.isSecure()));
        return new ConnectionRoute(host, route, proxy, address, isBackend);
    }

    private static HttpRoute tunnel(HttpHost host, Origin origin, ProxyServer proxy) {
        var layer = origin.isSecure() ? LayerType.LAYERED : LayerType.PLAIN;
        return new HttpRoute(host, null, host(proxy.origin()), origin.isSecure(), TunnelType.TUNNELLED, layer);
    }

    private static HttpHost host(Origin origin) {
        return new HttpHost(origin.scheme(), origin.bareHost(), origin.port());
    }

    /** A proxy that cannot be reached, or that opens no tunnel. Nothing of the request was sent. */
    static final class ProxyException extends IOException {
        private static final long serialVersionUID = 1L;

        private final Kind kind;

        private ProxyException(Kind kind, String message, @Nullable Throwable cause) {
            super(message, cause);
            this.kind = kind;
        }

        private static ProxyException unreachable(ProxyServer proxy, IOException e) {
            var isLate = e instanceof SocketTimeoutException;
            var reason = e instanceof UnknownHostException
                    ? ": unknown host"
                    : e instanceof ConnectException && !isLate ? ": connection refused" : isLate ? " in time" : "";
            return new ProxyException(
                    isLate ? Kind.TIMEOUT : Kind.REFUSED, "Cannot connect to the proxy " + proxy + reason, e);
        }

        /** It is called for an exception while the proxy was asked for a tunnel. */
        static ProxyException silent(ProxyServer proxy, Exception e) {
            var isLate = e instanceof SocketTimeoutException;
            return new ProxyException(
                    isLate ? Kind.TIMEOUT : Kind.REFUSED,
                    "The proxy " + proxy + (isLate ? " did not open the tunnel in time" : " broke off"),
                    e);
        }

        /** A proxy reports by 502, 503 or 504 that it does not reach the host. Each other status is its own refusal. */
        static ProxyException refused(ProxyServer proxy, HttpHost host, int status) {
            var about = status == 407
                    ? proxy.authorization().isPresent()
                            ? ": it does not accept the user name and the password for it"
                            : ": it needs a user name and a password"
                    : "";
            return new ProxyException(
                    status >= 502 && status <= 504 ? Kind.REFUSED : Kind.UNUSABLE,
                    "The proxy " + proxy + " opened no tunnel to " + host.getHostName() + ":" + host.getPort() + ": "
                            + status + about,
                    null);
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
                throw way.proxy().isPresent()
                        ? ProxyException.unreachable(way.proxy().get(), e)
                        : e;
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
            super.upgrade(connection, host, name, attachment, context);
            connection.setSocketTimeout(Timeout.DISABLED);
        }
    }
}
