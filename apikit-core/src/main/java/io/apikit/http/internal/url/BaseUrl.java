package io.apikit.http.internal.url;

import io.apikit.BackendError;
import io.apikit.internal.util.LogText;
import java.util.regex.Pattern;

/**
 * The base URL of a backend: its origin, and the path that precedes the path of each request, without a slash at its
 * end.
 */
public record BaseUrl(Origin origin, String prefix) {
    /** What is further behind belongs to the path or the query. */
    private static final Pattern SCHEME = Pattern.compile("[\\w+.-]*://");

    /**
     * Returns the base URL that a text contains.
     *
     * @throws IllegalArgumentException for any other text; it is quoted as {@link #masked} has it
     */
    public static BaseUrl parse(String url) {
        try {
            requireScheme(url);
            var uri = Origin.parse(url);
            var path = uri.getRawPath() == null ? "" : uri.getRawPath();
            return new BaseUrl(Origin.of(uri), prefix(path));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "bad base URL of a backend, '" + masked(url) + "': " + e.getMessage(), e);
        }
    }

    /** Often it is forgotten, and {@code host:8080} is a valid URI, with the scheme {@code host}. */
    private static void requireScheme(String url) {
        if (url.isBlank()) {
            throw new IllegalArgumentException("it is empty; it must be one such as https://backend.example.org");
        }
        if (!SCHEME.matcher(url).lookingAt()) {
            var rest = masked(url.replaceFirst("^(?i:https?:?)?/*", ""));
            throw new IllegalArgumentException(
                    "its scheme is missing: it must begin with http:// or https://, such as https://" + rest);
        }
    }

    /** Returns a URL as a message may show it: {@code ***} stands for what may be a secret. */
    public static String masked(String url) {
        var scheme = SCHEME.matcher(url);
        int start = scheme.lookingAt() ? scheme.end() : 0;
        // Of a malformed URL, all before the last @ may be a password.
        int at = url.lastIndexOf('@');
        var rest = at < start ? url.substring(start) : "***" + url.substring(at);
        var parts = rest.split("[?#]", 2);
        var shown = maskedPort(parts[0]) + (parts.length == 1 ? "" : rest.charAt(parts[0].length()) + "***");
        return LogText.of(url.substring(0, start) + shown);
    }

    /** What stands for the port may be a password, before a forgotten @ and host. */
    private static String maskedPort(String hostAndPath) {
        int end = hostAndPath.contains("/") ? hostAndPath.indexOf('/') : hostAndPath.length();
        int colon = hostAndPath.lastIndexOf(':', end);
        var isPort = hostAndPath.substring(colon + 1, end).matches("[0-9]*|.*]");
        return colon < 0 || isPort
                ? hostAndPath
                : hostAndPath.substring(0, colon) + ":***" + hostAndPath.substring(end);
    }

    /**
     * Returns the origin that a text from a response consists of.
     *
     * @throws BackendError 502 for any other text; it is not quoted
     */
    public static Origin origin(String text) {
        try {
            var uri = Origin.parse(text);
            var origin = Origin.of(uri);
            if (uri.getRawPath().isEmpty()) {
                return origin;
            }
            throw new IllegalArgumentException("it must not have a path");
        } catch (IllegalArgumentException e) {
            throw BackendError.of(502, "An address to go on to is no origin: " + e.getMessage());
        }
    }

    private static String prefix(String path) {
        try {
            var literal = RequestTarget.of(path).path();
            return literal.endsWith("/") ? literal.substring(0, literal.length() - 1) : literal;
        } catch (BackendError e) {
            throw new IllegalArgumentException(e.content().orElse(e.reason()));
        }
    }
}
