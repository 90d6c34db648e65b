package io.apikit.auth.internal.browser;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * An absolute http or https address of a login. Its {@code toString} omits the query, which may contain codes and
 * states. Immutable.
 *
 * @param origin {@code scheme://host[:port]}, lower case, without a default port (RFC 6454, section 4); of an address that
 *     was parsed, the host has its one spelling
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
        return Reference.parse(text, null, StandardCharsets.UTF_8);
    }

    /**
     * Resolves a reference on the page of this address as browsers do (URL Standard, section 4.4). The fragment is dropped.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not quote the reference
     */
    public Address resolve(String text) {
        return resolve(text, StandardCharsets.UTF_8);
    }

    /**
     * Resolves a reference on the page of this address.
     *
     * @param charset that of the page, in which its queries are encoded
     * @throws IllegalArgumentException if it is malformed; the message does not quote the reference
     */
    Address resolve(String text, Charset charset) {
        return Reference.parse(text, this, charset);
    }

    /**
     * Resolves a {@code Location} header on the page of this address. Its bytes that are not ASCII are encoded one by one.
     *
     * @throws IllegalArgumentException if it is malformed; the message does not quote the header
     */
    public Address resolveHeader(String value) {
        return resolve(Reference.ofHeader(value));
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

    /** Whether this address has that origin, in whichever spelling of its host. */
    public boolean isAt(String origin) {
        return this.origin.equals(origin) || this.origin.equals(of(origin).origin);
    }

    /** Whether the scheme is https. */
    public boolean isHttps() {
        return origin.startsWith("https:");
    }

    /** Whether nobody on the way reads what is sent there: https, or this machine. */
    boolean isSecure() {
        return isHttps() || isLoopback();
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
