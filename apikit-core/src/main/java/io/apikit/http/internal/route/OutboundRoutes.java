package io.apikit.http.internal.route;

import io.apikit.http.internal.url.Origin;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which way the connections of one backend's client go: straight to the origin's host, to another address in its place,
 * or through an HTTP proxy. Immutable.
 */
public final class OutboundRoutes {
    private static final OutboundRoutes DIRECT = new OutboundRoutes(Map.of(), null, Map.of());

    /** By the scheme of the origin. */
    private final Map<String, ProxyServer> proxies;

    /** What is reached without a proxy of the environment; null if the proxy is for all. */
    private final @Nullable NoProxyList exempt;

    /** By origin; that of the backend has an empty name. */
    private final Map<String, InetSocketAddress> addresses;

    private OutboundRoutes(
            Map<String, ProxyServer> proxies, @Nullable NoProxyList exempt, Map<String, InetSocketAddress> addresses) {
        this.proxies = proxies;
        this.exempt = exempt;
        this.addresses = addresses;
    }

    /** Returns the routes straight to each host. */
    public static OutboundRoutes direct() {
        return DIRECT;
    }

    /**
     * Returns these routes with a proxy for each origin.
     *
     * @throws IllegalArgumentException if it is no URL of an HTTP proxy
     */
    public OutboundRoutes through(String proxyUrl) {
        var proxy = ProxyServer.parse("proxy", proxyUrl);
        return new OutboundRoutes(Map.of("http", proxy, "https", proxy), null, addresses);
    }

    /**
     * Returns these routes with the proxies of the environment: {@code https_proxy} and {@code http_proxy} by the origin's
     * scheme, else {@code all_proxy}, and {@code no_proxy}. Each is also read in capital letters. An empty one is none.
     *
     * @throws IllegalArgumentException if one is no URL of an HTTP proxy; the message names the variable
     */
    public OutboundRoutes throughThoseOf(Map<String, String> environment) {
        var found = new LinkedHashMap<String, ProxyServer>();
        for (var scheme : new String[] {"https", "http"}) {
            variable(environment, scheme + "_proxy", "all_proxy")
                    .map(set -> ProxyServer.parse(set.getKey(), set.getValue()))
                    .ifPresent(proxy -> found.put(scheme, proxy));
        }
        var exempt = variable(environment, "no_proxy").map(Map.Entry::getValue).orElse("");
        return new OutboundRoutes(found, NoProxyList.parse(exempt), addresses);
    }

    private static Optional<Map.Entry<String, String>> variable(Map<String, String> environment, String... names) {
        return Stream.of(names)
                .flatMap(name -> Stream.of(name, name.toUpperCase(Locale.ROOT)))
                .filter(name -> !environment.getOrDefault(name, "").isBlank())
                .findFirst()
                .map(name -> Map.entry(name, environment.get(name)));
    }

    /** Returns these routes with an address for the backend's own origin. */
    public OutboundRoutes to(String host, int port) {
        return with("", host, port);
    }

    /** Returns these routes with an address for a further origin. */
    public OutboundRoutes to(Origin origin, String host, int port) {
        return with(origin.toString(), host, port);
    }

    private OutboundRoutes with(String origin, String host, int port) {
        var more = new LinkedHashMap<>(addresses);
        more.put(origin, InetSocketAddress.createUnresolved(host, port));
        return new OutboundRoutes(proxies, exempt, more);
    }

    /** Returns whether each origin is reached through a proxy. */
    public boolean hasFixedProxy() {
        return exempt == null && !proxies.isEmpty();
    }

    /** Returns whether an origin is reached at another address. */
    public boolean hasAddresses() {
        return !addresses.isEmpty();
    }

    /** Returns the proxy for an origin; empty if its connections do not go through one. */
    public Optional<ProxyServer> proxy(Origin origin) {
        return exempt != null && exempt.contains(origin)
                ? Optional.empty()
                : Optional.ofNullable(proxies.get(origin.scheme()));
    }

    /** Returns the address for connections to the backend's own origin; empty if it is that of its own host and port. */
    public Optional<InetSocketAddress> address() {
        return Optional.ofNullable(addresses.get(""));
    }

    /** Returns the address for connections to a further origin; empty if it is that of its own host and port. */
    public Optional<InetSocketAddress> address(Origin origin) {
        return Optional.ofNullable(addresses.get(origin.toString()));
    }
}
