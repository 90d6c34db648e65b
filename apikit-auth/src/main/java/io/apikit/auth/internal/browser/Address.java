package io.apikit.auth.internal.browser;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An absolute http or https address of a login. Its {@code toString} omits the query, which may contain codes and
 * states. Immutable.
 *
 * @param origin {@code scheme://host[:port]}, lower case, without a default port (RFC 6454, section 4)
 * @param path starts with a slash
 * @param query without the question mark; empty if there is none
 */
public record Address(String origin, String path, String query) {
    private static final String UNSAFE = " \"<>\\^`{|}";
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");
    private static final Pattern LEADING_PARENTS = Pattern.compile("^(/\\.\\.)+(?=/|$)");

    /**
     * Parses an absolute address.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not quote the text
     */
    public static Address of(String text) {
        return of(parse(text));
    }

    private static Address of(URI uri) {
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getRawUserInfo() != null
                || (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@"))) {
            throw new IllegalArgumentException("an address with user info");
        }
        if (!(scheme.equals("http") || scheme.equals("https")) || uri.getHost() == null) {
            throw new IllegalArgumentException("not an http or https address");
        }
        var path = LEADING_PARENTS
                .matcher(String.valueOf(uri.normalize().getRawPath()))
                .replaceFirst("");
        return new Address(
                origin(scheme, uri), path.isEmpty() ? "/" : path, uri.getRawQuery() == null ? "" : uri.getRawQuery());
    }

    private static String origin(String scheme, URI uri) {
        var standard = scheme.equals("https") ? 443 : 80;
        var port = uri.getPort() == -1 || uri.getPort() == standard ? "" : ":" + uri.getPort();
        return scheme + "://" + uri.getHost().toLowerCase(Locale.ROOT) + port;
    }

    /**
     * Resolves a reference on the page of this address (RFC 3986, section 5.2). The fragment is dropped.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not quote the reference
     */
    public Address resolve(String reference) {
        var plain = reference.strip().replaceFirst("#.*", "");
        if (plain.isEmpty()) {
            return this;
        }
        // java.net.URI resolves a lone query as in RFC 2396: against the folder, not the page.
        return plain.startsWith("?")
                ? of(parse(origin + path + plain))
                : of(URI.create(origin + path).resolve(parse(plain)));
    }

    /** Returns the same address with another query; an empty one means none. */
    public Address withQuery(String query) {
        return new Address(origin, path, query);
    }

    /** Returns path and query in the form of a request line. */
    public String target() {
        return query.isEmpty() ? path : path + "?" + query;
    }

    /** Whether this address has that origin. */
    public boolean isAt(String origin) {
        return this.origin.equals(origin);
    }

    /** Whether the scheme is https. */
    public boolean isHttps() {
        return origin.startsWith("https:");
    }

    /** Whether the host is this machine, to which plain http is safe. */
    public boolean isLoopback() {
        var host = origin.substring(origin.indexOf("//") + 2).replaceFirst(":\\d+$", "");
        return LOOPBACK.matcher(host).matches();
    }

    @Override
    public String toString() {
        return origin + path;
    }

    private static URI parse(String text) {
        try {
            return new URI(escaped(text));
        } catch (URISyntaxException e) {
            // The exception quotes its input, so it is not kept as the cause.
            throw new IllegalArgumentException("a malformed address");
        }
    }

    /** Escapes what browsers accept and RFC 3986 does not: spaces, braces, letters beyond ASCII. */
    private static String escaped(String text) {
        var escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet < 0 || UNSAFE.indexOf(octet) >= 0) {
                escaped.append('%').append(String.format(Locale.ROOT, "%02X", octet & 0xff));
            } else {
                escaped.append((char) octet);
            }
        }
        return escaped.toString();
    }
}
