package io.apikit.http.internal.url;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Scheme, host and port, normalised: lower case, the port always known (RFC 6454, section 4). */
public record Origin(String scheme, String host, int port) {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /**
     * Returns the origin of a URL, which may have a path.
     *
     * @throws IllegalArgumentException for a URL with another scheme, user information, a query or a fragment, or
     *     without a valid host and port; it never quotes the URL, which may contain a password
     */
    static Origin of(URI url) {
        var scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        require(SCHEMES.contains(scheme), "must begin with http:// or https://");
        require(
                url.getRawUserInfo() == null && !rawAuthority(url).contains("@"),
                "must not carry user info: give credentials to the builder");
        var authority = Authority.of(url).orElseThrow(() -> new IllegalArgumentException("it has no valid host"));
        require(authority.port() != 0 && authority.port() <= 65_535, "has no valid port, which is 1 to 65535");
        require(url.getRawQuery() == null && url.getRawFragment() == null, "must have neither query nor fragment");
        var port = authority.port() < 0 ? defaultPort(scheme) : authority.port();
        return new Origin(scheme, authority.host(), port);
    }

    /** Returns the URI, and keeps the text out of the exception for a malformed one. */
    static URI parse(String url) {
        try {
            return new URI(url);
        } catch (URISyntaxException e) { // Its message quotes the URL, so it is not even the cause.
            var reason = e.getReason().toLowerCase(Locale.ROOT);
            var place = e.getIndex() < 0 ? "" : ", at character " + (e.getIndex() + 1);
            throw new IllegalArgumentException("it is not a valid URL: " + reason + place);
        }
    }

    /** Without method handles, which a record's own would link at each start. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Origin origin
                && port == origin.port
                && host.equals(origin.host)
                && scheme.equals(origin.scheme);
    }

    @Override
    public int hashCode() {
        return 31 * host.hashCode() + port;
    }

    private static String rawAuthority(URI url) {
        return url.getRawAuthority() == null ? "" : url.getRawAuthority();
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new IllegalArgumentException("it " + otherwise);
        }
    }

    /** Returns whether the scheme is {@code https}. */
    public boolean isSecure() {
        return scheme.equals("https");
    }

    /** Returns the host as a resolver takes it: an IPv6 address without its brackets. */
    public String bareHost() {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    /** Returns {@code host:port}; the port is there in each case. */
    public String hostAndPort() {
        return host + ':' + port;
    }

    /** Returns {@code scheme://host[:port]}, without the scheme's default port. */
    @Override
    public String toString() {
        return scheme + "://" + host + (port == defaultPort(scheme) ? "" : ":" + port);
    }
}
