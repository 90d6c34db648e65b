package io.apikit.http;

import io.apikit.http.internal.route.OutboundRoutes;
import io.apikit.http.internal.route.ProxyServer;
import io.apikit.http.internal.url.BaseUrl;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The limits of one backend's HTTP client. Immutable and thread-safe. The options and their defaults:
 *
 * <ul>
 *   <li>{@code connectTimeout}, 2 s: for a new connection with its TLS handshake, and for the wait for a free
 *       connection
 *   <li>{@code responseTimeout}, 10 s: for the first byte of the response; for each read of one that is relayed as a
 *       stream
 *   <li>{@code totalTimeout}, 30 s: for the whole exchange, unless the request has a limit of its own
 *   <li>{@code bodyLimitBytes}, 16 MiB: for the body of a response, after it has been decompressed
 *   <li>{@code maxConnections}, 512: requests to the backend at the same time; logins have 64 further connections
 *   <li>{@code streams}, half of {@code maxConnections}: responses relayed as a stream at the same time
 *   <li>{@code maxIdleForPost}, 1 s: for how long a kept connection may have been idle that a POST or PATCH is sent on
 *   <li>{@code tls}, {@link Tls#system()}
 *   <li>{@code proxy} and {@code connectTo}: none; connections go straight to the host of the URL
 * </ul>
 */
public final class HttpOptions {
    /** A response's body is one array, and no array is longer. */
    private static final long LARGEST_BODY = Integer.MAX_VALUE - 16;

    private static final HttpOptions DEFAULTS = builder().build();

    private final Duration connectTimeout;
    private final Duration responseTimeout;
    private final Duration totalTimeout;
    private final long bodyLimitBytes;
    private final int maxConnections;
    private final int streams;
    private final Duration maxIdleForPost;
    private final Tls tls;
    private final OutboundRoutes routes;

    private HttpOptions(Builder builder) {
        this.connectTimeout = builder.connectTimeout;
        this.responseTimeout = builder.responseTimeout;
        this.totalTimeout = builder.totalTimeout;
        this.bodyLimitBytes = builder.bodyLimitBytes;
        this.maxConnections = builder.maxConnections;
        this.streams = builder.streams();
        this.maxIdleForPost = builder.maxIdleForPost;
        this.tls = builder.tls;
        this.routes = builder.routes();
    }

    /** Returns the options with all defaults. */
    public static HttpOptions defaults() {
        return DEFAULTS;
    }

    /** Returns a builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the limit for a new connection, and for the wait for a free one. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** Returns the limit for the first byte of the response. */
    public Duration responseTimeout() {
        return responseTimeout;
    }

    /** Returns the limit for a whole exchange whose request has no limit of its own. */
    public Duration totalTimeout() {
        return totalTimeout;
    }

    /** Returns the largest body of a response, in bytes, after it has been decompressed. */
    public long bodyLimitBytes() {
        return bodyLimitBytes;
    }

    /** Returns how many requests may be sent to the backend at the same time. */
    public int maxConnections() {
        return maxConnections;
    }

    /** Returns how many responses of the backend may be relayed as streams at the same time. */
    public int streams() {
        return streams;
    }

    /** Returns how long a kept connection may have been idle that a request is sent on which cannot be sent again. */
    public Duration maxIdleForPost() {
        return maxIdleForPost;
    }

    /** Returns the TLS settings. */
    public Tls tls() {
        return tls;
    }

    /**
     * Returns the URL of the proxy that connections to an origin go through, for a {@link Transport} of one's own; empty if
     * they do not go through one. The URL contains the user name and the password for the proxy, if it has any.
     *
     * @param origin {@code scheme://host[:port]}
     * @throws io.apikit.BackendError 502 if it is no origin
     */
    public Optional<String> proxy(String origin) {
        return routes.proxy(BaseUrl.origin(origin)).map(ProxyServer::url);
    }

    /** Returns the address, unresolved, that connections to the backend's own origin go to; empty if to its own host. */
    public Optional<InetSocketAddress> connectTo() {
        return routes.address();
    }

    /**
     * Returns the address, unresolved, that connections to a further origin go to; empty if to its own host.
     *
     * @throws io.apikit.BackendError 502 if it is no origin
     */
    public Optional<InetSocketAddress> connectTo(String origin) {
        return routes.address(BaseUrl.origin(origin));
    }

    /** Returns the timeout that ends a call without a response. */
    Duration shortestTimeout() {
        return responseTimeout.compareTo(totalTimeout) < 0 ? responseTimeout : totalTimeout;
    }

    /**
     * Collects the options; not thread-safe. Each setter throws an {@link IllegalArgumentException} that names the
     * option if the value is out of its range.
     */
    public static final class Builder {
        private Duration connectTimeout = Duration.ofSeconds(2);
        private Duration responseTimeout = Duration.ofSeconds(10);
        private Duration totalTimeout = Duration.ofSeconds(30);
        private long bodyLimitBytes = 16L << 20;
        private int maxConnections = 512;
        private int streams;
        private Duration maxIdleForPost = Duration.ofSeconds(1);
        private Tls tls = Tls.system();
        private OutboundRoutes routes = OutboundRoutes.direct();

        private Builder() {}

        /**
         * Sets the limit for a new connection with its TLS handshake, and for the wait for a free one: 1 ms to 1 day.
         */
        public Builder connectTimeout(Duration timeout) {
            this.connectTimeout = OptionChecks.timeout("connectTimeout", timeout);
            return this;
        }

        /** Sets the limit for the first byte of the response, and for each read of a stream: 1 ms to 1 day. */
        public Builder responseTimeout(Duration timeout) {
            this.responseTimeout = OptionChecks.timeout("responseTimeout", timeout);
            return this;
        }

        /** Sets the limit for a whole exchange whose request has no limit of its own: 1 ms to 1 day. */
        public Builder totalTimeout(Duration timeout) {
            this.totalTimeout = OptionChecks.timeout("totalTimeout", timeout);
            return this;
        }

        /**
         * Sets the largest body of a response after decompression: 1 to 2,147,483,631. A larger one is an error 502.
         */
        public Builder bodyLimitBytes(long bytes) {
            this.bodyLimitBytes = OptionChecks.between("bodyLimitBytes", bytes, 1, LARGEST_BODY);
            return this;
        }

        /** Sets how many requests may be sent to the backend at the same time: 1 to 1,000,000. */
        public Builder maxConnections(int connections) {
            this.maxConnections = (int) OptionChecks.between("maxConnections", connections, 1, 1_000_000);
            return this;
        }

        /**
         * Sets how many responses of the backend may be relayed as streams at the same time: 1 to {@link
         * #maxConnections}. Default: half of {@code maxConnections}, at least one. A client that reads slowly holds a
         * stream, and the other connections remain for ordinary calls. A stream beyond them waits like a call beyond
         * {@code maxConnections}, for {@code connectTimeout}, and then is an error 503 with {@code Retry-After}.
         */
        public Builder streams(int streams) {
            this.streams = (int) OptionChecks.between("streams", streams, 1, 1_000_000);
            return this;
        }

        private int streams() {
            if (streams > maxConnections) {
                throw new IllegalArgumentException(
                        "streams must be at most maxConnections, " + maxConnections + ", but is " + streams);
            }
            return streams > 0 ? streams : Math.max(1, maxConnections / 2);
        }

        /**
         * Sets how long a kept connection may have been idle that a request is sent on which cannot be sent again, such as
         * a POST or PATCH: 0 to 1 day. Default: 1 s. With zero each of them gets a new connection. Servers close idle
         * connections without notice, and a POST that meets the close ends with a 502, its outcome unknown. A time
         * that the server announces ({@code Keep-Alive: timeout=5}) counts in place of this one, less a second.
         */
        public Builder maxIdleForPost(Duration idle) {
            this.maxIdleForPost = OptionChecks.between("maxIdleForPost", idle, Duration.ZERO, Duration.ofDays(1));
            return this;
        }

        /** Sets which certificates are trusted, and which one is shown to the backend. */
        public Builder tls(Tls tls) {
            this.tls = tls;
            return this;
        }

        /**
         * Sends each connection of this backend through an HTTP proxy, those of logins too: as a tunnel that the proxy opens
         * ({@code CONNECT}, RFC 9110, section 9.3.6), to an http URL too. So the proxy sees neither paths nor, with https,
         * credentials. A proxy that opens no tunnel is a 502 that names it. Default: none. It replaces {@link
         * #proxyFromEnvironment()}.
         *
         * @param url {@code http://[user:password@]host[:port]}; a user name and a password, percent-encoded, are sent to the
         *     proxy alone
         * @throws IllegalArgumentException if it is no such URL; the message does not quote user name and password
         */
        public Builder proxy(String url) {
            this.routes = routes.through(Objects.requireNonNull(url, "proxy"));
            return this;
        }

        /**
         * Takes the proxy from the environment, as {@link #proxy} describes it: {@code HTTPS_PROXY} for an https URL, {@code
         * HTTP_PROXY} for an http URL, else {@code ALL_PROXY}; each also in small letters, which come first. {@code NO_PROXY}
         * lists hosts, domains, addresses and blocks that are reached without it, separated by commas. This machine always is.
         * The variables are read here, once. Default: they are not read.
         *
         * @throws IllegalArgumentException if a variable is no URL of an HTTP proxy; the message names the variable
         */
        public Builder proxyFromEnvironment() {
            return proxyFrom(System.getenv());
        }

        Builder proxyFrom(Map<String, String> environment) {
            this.routes = routes.throughThoseOf(environment);
            return this;
        }

        /**
         * Connects to this host and port in place of those of the backend's URL, such as a service inside a cluster whose
         * public name leads elsewhere. The URL's own name stays in {@code Host} and in TLS, where the certificate must be for
         * it. It goes before a proxy of the environment. Other origins, such as an identity provider's, are not affected.
         *
         * @param host a name or an address, IPv6 with or without brackets
         * @param port 1 to 65,535
         * @throws IllegalArgumentException if they are no host and port
         */
        public Builder connectTo(String host, int port) {
            this.routes = routes.to(OptionChecks.host("connectTo", host), OptionChecks.port("connectTo", port));
            return this;
        }

        /**
         * Connects to this host and port in place of those of a further origin that logins visit, such as an identity
         * provider's. All else is as {@link #connectTo(String, int)} describes it. Repeatable.
         *
         * @param origin {@code scheme://host[:port]}
         * @throws IllegalArgumentException if one of them is none
         */
        public Builder connectTo(String origin, String host, int port) {
            this.routes = routes.to(
                    OptionChecks.origin("connectTo", origin),
                    OptionChecks.host("connectTo", host),
                    OptionChecks.port("connectTo", port));
            return this;
        }

        /** One of the two would not be what it says. */
        private OutboundRoutes routes() {
            if (routes.hasFixedProxy() && routes.hasAddresses()) {
                throw new IllegalArgumentException("proxy and connectTo exclude each other: the proxy decides what it"
                        + " connects to, so give the proxy that address, or leave one of the two out");
            }
            return routes;
        }

        /**
         * Returns the options.
         *
         * @throws IllegalArgumentException if there are more {@code streams} than {@code maxConnections}, or if both {@code
         *     proxy} and {@code connectTo} are set
         */
        public HttpOptions build() {
            return new HttpOptions(this);
        }
    }
}
