package io.apikit.auth.internal.browser;

import io.apikit.http.internal.url.Authority;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A reference to a page, as a redirect, a form or a setting has it (RFC 3986, section 4.1), read as browsers read it: what
 * cannot be in a request line is escaped, and nothing else is changed. The fragment is dropped. Immutable.
 *
 * @param scheme lower case; empty if there is none
 * @param authority null if there is none
 * @param query without the question mark; empty if there is none
 */
record Reference(String scheme, @Nullable String authority, String path, String query) {
    private static final String UNSAFE = " \"<>\\^`{|}";

    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    /** RFC 3986, appendix B. */
    private static final Pattern PARTS =
            Pattern.compile("(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?]*))?([^?]*)(?:\\?(.*))?");

    private static final Pattern DROPPED = Pattern.compile("[\\t\\r\\n]|#.*", Pattern.DOTALL);
    private static final Pattern ENCODED_DOT = Pattern.compile("%2e", Pattern.CASE_INSENSITIVE);
    private static final Set<String> SCHEMES = Set.of("http", "https");

    /** @throws IllegalArgumentException if it is malformed; the message does not quote the text */
    static Reference of(String text) {
        var parts = PARTS.matcher(escaped(DROPPED.matcher(text.strip()).replaceAll("")));
        if (!parts.matches()) {
            throw new IllegalArgumentException("a malformed address");
        }
        var scheme = textOf(parts.group(1)).toLowerCase(Locale.ROOT);
        return new Reference(scheme, parts.group(2), textOf(parts.group(3)), textOf(parts.group(4)));
    }

    private static String textOf(@Nullable String part) {
        return part == null ? "" : part;
    }

    /**
     * Returns {@code scheme://host[:port]}, lower case, without a default port.
     *
     * @param otherwise the scheme if the reference has none
     * @throws IllegalArgumentException if it has user info, another scheme than http and https, or no valid host
     */
    String origin(String otherwise) {
        var used = scheme.isEmpty() ? otherwise : scheme;
        if (authority != null && authority.contains("@")) {
            throw new IllegalArgumentException("an address with user info");
        }
        if (!SCHEMES.contains(used) || authority == null) {
            throw new IllegalArgumentException("not an http or https address");
        }
        var parsed = parsed(used + "://" + authority);
        var standard = used.equals("https") ? 443 : 80;
        var port = parsed.port() == -1 || parsed.port() == standard ? "" : ":" + parsed.port();
        return used + "://" + parsed.host() + port;
    }

    private static Authority parsed(String origin) {
        try {
            return Authority.of(new URI(origin))
                    .orElseThrow(() -> new IllegalArgumentException("not an http or https address"));
        } catch (URISyntaxException e) {
            // The exception quotes its input, so it is not kept as the cause.
            throw new IllegalArgumentException("a malformed address");
        }
    }

    /** Returns the path behind an authority. */
    String absolutePath() {
        return withoutDots(path.isEmpty() ? "/" : path);
    }

    /** Returns the path, seen from a page at this path. */
    String pathFrom(String page) {
        return withoutDots(path.startsWith("/") ? path : page.substring(0, page.lastIndexOf('/') + 1) + path);
    }

    /** RFC 3986, section 5.2.4. Browsers take an encoded dot for a dot. */
    private static String withoutDots(String path) {
        if (!path.contains("/.") && !path.contains("/%2")) {
            return path;
        }
        var kept = new ArrayList<String>();
        var segments = path.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            var name = ENCODED_DOT.matcher(segments[i]).replaceAll(".");
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

    /** Escapes what browsers accept and RFC 3986 does not: spaces, braces, controls, letters beyond ASCII. */
    private static String escaped(String text) {
        var escaped = new StringBuilder();
        for (byte octet : text.getBytes(StandardCharsets.UTF_8)) {
            if (octet < ' ' || octet == 0x7F || UNSAFE.indexOf(octet) >= 0) {
                escaped.append('%').append(HEX.toHexDigits(octet));
            } else {
                escaped.append((char) octet);
            }
        }
        return escaped.toString();
    }

    /** Without the query, which may contain codes and states. */
    @Override
    public String toString() {
        return "Reference[" + path + ']';
    }
}
