package io.apikit;

import io.apikit.ops.ForwardedIdentity;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/**
 * Keeps an answer to one caller from others that ask through the same cache: what was made for whoever showed
 * credentials, or by a service that has an auth mode, is {@code private, no-cache} (RFC 9111, section 5.2.2) unless its
 * handler has said how it may be cached.
 */
record CallersOwn(boolean always) {
    private static final String NOT_FOR_OTHERS = "private, no-cache";

    void keepPrivate(Request request, HttpFields.Mutable headers) {
        if (!headers.contains(HttpHeader.CACHE_CONTROL) && (always || showsWhoItIs(request))) {
            headers.put(HttpHeader.CACHE_CONTROL, NOT_FOR_OTHERS);
            ErrorAnswer.vary(headers, HttpHeader.AUTHORIZATION);
        }
    }

    /** A browser takes the type that it is told, and runs nothing as a script that it is not told to be one. */
    static void neverGuessed(HttpFields.Mutable headers) {
        headers.put("X-Content-Type-Options", "nosniff");
    }

    private static boolean showsWhoItIs(Request request) {
        return request.getHeaders().contains(HttpHeader.AUTHORIZATION)
                || ForwardedIdentity.of(request).isPresent();
    }
}
