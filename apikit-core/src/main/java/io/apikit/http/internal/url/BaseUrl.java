package io.apikit.http.internal.url;

import io.apikit.BackendError;

/**
 * The base URL of a backend: its origin, and the path that precedes the path of each request, without a slash at its
 * end.
 */
public record BaseUrl(Origin origin, String prefix) {
    /**
     * Returns the base URL that a text contains.
     *
     * @throws IllegalArgumentException for any other text; it is not quoted, because it may contain a password
     */
    public static BaseUrl parse(String url) {
        try {
            var uri = Origin.parse(url);
            var path = uri.getRawPath() == null ? "" : uri.getRawPath();
            return new BaseUrl(Origin.of(uri), prefix(path));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad base URL of a backend: " + e.getMessage(), e);
        }
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
