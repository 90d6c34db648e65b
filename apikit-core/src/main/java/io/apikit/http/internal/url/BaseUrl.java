package io.apikit.http.internal.url;

import io.apikit.BackendError;

/** Where a backend is: its origin, and the path before all of its paths, which ends in no slash. */
public record BaseUrl(Origin origin, String prefix) {
    public static BaseUrl parse(String url) {
        try {
            var uri = Origin.parse(url);
            var path = uri.getRawPath() == null ? "" : uri.getRawPath();
            return new BaseUrl(Origin.of(uri), prefix(path));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("bad base URL of a backend: " + e.getMessage(), e);
        }
    }

    /** An origin alone, from outside. */
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
