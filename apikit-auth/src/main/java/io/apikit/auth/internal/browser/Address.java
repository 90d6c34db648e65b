package io.apikit.auth.internal.browser;

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
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[::1]");

    /**
     * Parses an absolute address.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not quote the text
     */
    public static Address of(String text) {
        var reference = Reference.of(text);
        return new Address(reference.origin(""), reference.absolutePath(), reference.query());
    }

    /**
     * Resolves a reference on the page of this address (RFC 3986, section 5.2). The fragment is dropped. All else stays as
     * it came, two slashes in a row too.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not quote the reference
     */
    public Address resolve(String text) {
        var reference = Reference.of(text);
        if (!reference.scheme().isEmpty() || reference.authority() != null) {
            var scheme = origin.substring(0, origin.indexOf(':'));
            return new Address(reference.origin(scheme), reference.absolutePath(), reference.query());
        }
        if (!reference.path().isEmpty()) {
            return new Address(origin, reference.pathFrom(path), reference.query());
        }
        // A question mark behind # belongs to the fragment.
        return text.split("#", 2)[0].contains("?") ? withQuery(reference.query()) : this;
    }

    /** Returns the same address with another query; an empty one means none. */
    public Address withQuery(String query) {
        return new Address(origin, path, query);
    }

    /** Returns the same path and query on another origin. */
    public Address on(String other) {
        return new Address(other, path, query);
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
        return LOOPBACK.matcher(host()).matches();
    }

    /** Returns the host of the origin, an IPv6 address in brackets. */
    public String host() {
        return origin.substring(origin.indexOf("//") + 2).replaceFirst(":\\d+$", "");
    }

    @Override
    public String toString() {
        return origin + path;
    }
}
