package io.apikit.auth.internal.browser;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

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
     * Resolves a reference on the page of this address as browsers do (URL Standard, section 4.4). The fragment is
     * dropped.
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
     * Resolves a {@code Location} header on the page of this address. Its bytes that are not ASCII are encoded one by
     * one.
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

    /** An address that is valid for a browser, and is not visited here. */
    static final class ElsewhereException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        ElsewhereException(String what) {
            super(what);
        }
    }

    /**
     * Parses a reference to a page, as a redirect, a form or a setting has it, by the rules of browsers for http and
     * https (URL Standard, section 4.4): spaces around it and line breaks in it are dropped, a backslash is a slash,
     * and what is not ASCII is encoded. The fragment is dropped. All else stays as it came. Used once, by one thread.
     */
    private static final class Reference {
        private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):");
        private static final Pattern LINE_BREAKS = Pattern.compile("[\\t\\r\\n]");
        private static final Pattern SLASH = Pattern.compile("[/\\\\]");
        private static final Pattern ENCODED_DOT = Pattern.compile("%2e", Pattern.CASE_INSENSITIVE);

        private static final Set<String> OF_NO_PLACE = Set.of("data", "javascript");

        private final @Nullable Address base;
        private final Charset charset;
        private final String text;

        /** @param charset that of the query */
        private Reference(String text, @Nullable Address base, Charset charset) {
            this.base = base;
            this.charset = charset;
            this.text = LINE_BREAKS.matcher(trimmed(text)).replaceAll("").split("#", 2)[0];
        }

        /**
         * Returns the address that a text means.
         *
         * @param base the page that it is on; null if it is on none
         * @param charset that of the query: the page's own
         * @throws IllegalArgumentException if there is none; the message does not quote the text
         */
        static Address parse(String text, @Nullable Address base, Charset charset) {
            return new Reference(text, base, charset).address();
        }

        /** Browsers keep the bytes of a header that are not ASCII, whichever charset they are in. */
        static String ofHeader(String value) {
            var text = new StringBuilder();
            for (var octet : value.getBytes(StandardCharsets.ISO_8859_1)) {
                text.append(octet < 0 ? PageCharset.UrlEncoding.percent(octet) : String.valueOf((char) octet));
            }
            return text.toString();
        }

        private static String trimmed(String text) {
            int from = 0;
            int to = text.length();
            while (from < to && text.charAt(from) <= ' ') {
                from++;
            }
            while (from < to && text.charAt(to - 1) <= ' ') {
                to--;
            }
            return text.substring(from, to);
        }

        private Address address() {
            var named = SCHEME.matcher(text);
            if (!named.lookingAt()) {
                return relative(text);
            }
            var scheme = String.valueOf(named.group(1)).toLowerCase(Locale.ROOT);
            var rest = text.substring(named.end());
            if (!scheme.equals("http") && !scheme.equals("https")) {
                var what = "an address that is not http or https";
                throw OF_NO_PLACE.contains(scheme) ? new IllegalArgumentException(what) : new ElsewhereException(what);
            }
            // A browser takes https:page on a page of https for a relative reference, and https:/host elsewhere for a
            // host.
            return base != null && scheme.equals(scheme(base)) && !rest.startsWith("//")
                    ? relative(rest)
                    : absolute(scheme, withoutSlashes(rest));
        }

        private static String scheme(Address base) {
            return base.isHttps() ? "https" : "http";
        }

        private static String withoutSlashes(String text) {
            int from = 0;
            while (from < text.length() && isSlash(text.charAt(from))) {
                from++;
            }
            return text.substring(from);
        }

        private static boolean isSlash(char c) {
            return c == '/' || c == '\\';
        }

        private Address absolute(String scheme, String text) {
            int end = 0;
            while (end < text.length() && !isSlash(text.charAt(end)) && text.charAt(end) != '?') {
                end++;
            }
            return at(scheme + "://" + authority(scheme, text.substring(0, end)), "", text.substring(end));
        }

        private Address relative(String text) {
            if (base == null) {
                throw new IllegalArgumentException("an address without http:// or https://");
            }
            if (text.length() > 1 && isSlash(text.charAt(0)) && isSlash(text.charAt(1))) {
                return absolute(scheme(base), withoutSlashes(text));
            }
            if (text.isEmpty() || text.charAt(0) == '?') {
                return text.isEmpty() ? base : base.withQuery(query(text));
            }
            var folder = isSlash(text.charAt(0))
                    ? ""
                    : base.path().substring(0, base.path().lastIndexOf('/') + 1);
            return at(base.origin(), folder, text);
        }

        /** @param folder of the page, if the text begins in it */
        private Address at(String origin, String folder, String text) {
            var question = text.indexOf('?');
            var path = PageCharset.UrlEncoding.PATH.of(
                    question < 0 ? text : text.substring(0, question), StandardCharsets.UTF_8);
            return new Address(origin, withoutDots(folder + path), question < 0 ? "" : query(text.substring(question)));
        }

        private String query(String text) {
            return PageCharset.UrlEncoding.QUERY.of(text.substring(1), charset);
        }

        private static String authority(String scheme, String text) {
            if (text.contains("@")) {
                throw new ElsewhereException("an address with user info");
            }
            var colon = text.lastIndexOf(':');
            var hasPort = colon > text.lastIndexOf(']');
            var host = HostName.canonical(hasPort ? text.substring(0, colon) : text);
            var port = hasPort ? port(text.substring(colon + 1)) : Optional.<Integer>empty();
            return host
                    + port.filter(number -> number != (scheme.equals("https") ? 443 : 80))
                            .map(number -> ":" + number)
                            .orElse("");
        }

        private static Optional<Integer> port(String digits) {
            if (digits.isEmpty()) {
                return Optional.empty();
            }
            if (!digits.matches("0*[1-9][0-9]{0,4}") || Integer.parseInt(digits) > 0xFFFF) {
                throw new IllegalArgumentException("an address without a valid port");
            }
            return Optional.of(Integer.parseInt(digits));
        }

        /** RFC 3986, section 5.2.4. Browsers take an encoded dot for a dot, and a backslash for a slash. */
        private static String withoutDots(String path) {
            var kept = new ArrayList<String>();
            var segments = SLASH.split(path, -1);
            for (int i = segments[0].isEmpty() ? 1 : 0; i < segments.length; i++) {
                var name = segments[i].length() > 6
                        ? ""
                        : ENCODED_DOT.matcher(segments[i]).replaceAll(".");
                var isDots = name.equals(".") || name.equals("..");
                if (name.equals("..") && !kept.isEmpty()) {
                    kept.remove(kept.size() - 1);
                }
                if (!isDots) {
                    kept.add(segments[i]);
                } else if (i == segments.length - 1) {
                    kept.add("");
                }
            }
            return '/' + String.join("/", kept);
        }
    }
}
