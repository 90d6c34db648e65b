package io.apikit.http.internal.url;

import io.apikit.internal.util.HttpSyntax;

/**
 * A path with its query that is sent as it is, in place of a request's own target. It is attached to the request of a
 * login, whose server wrote it into a redirect or a form: that server may count two slashes, or an encoding, as another
 * page. The origin is fixed by then, so that it leads to no other server.
 *
 * @param value begins with a slash
 */
public record LiteralTarget(String value) {
    /** @throws IllegalArgumentException unless it is an encoded path with its query; it is not quoted */
    public LiteralTarget {
        if (!value.startsWith("/") || !HttpSyntax.isVisible(value)) {
            throw new IllegalArgumentException("a target must begin with a slash, and be visible ASCII");
        }
    }
}
