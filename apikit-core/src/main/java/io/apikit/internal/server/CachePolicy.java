package io.apikit.internal.server;

import io.apikit.ops.ForwardedIdentity;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;

/**
 * Keeps an answer to one caller from others that ask through the same cache: what was made for whoever showed
 * credentials, or by a service that has an auth mode, is {@code private, no-cache} (RFC 9111, section 5.2.2) unless its
 * handler has said how it may be cached.
 */
public record CachePolicy(boolean always) {
    private static final HttpField NOT_FOR_OTHERS =
            new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "private, no-cache");
    private static final HttpField NEVER_GUESSED = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

    void keepPrivate(Request request, HttpFields.Mutable headers) {
        if (!headers.contains(HttpHeader.CACHE_CONTROL) && (always || showsWhoItIs(request))) {
            headers.put(NOT_FOR_OTHERS);
            ErrorResponses.vary(headers, HttpHeader.AUTHORIZATION);
        }
    }

    /** A browser takes the type that it is told, and runs nothing as a script that it is not told to be one. */
    static void neverGuessed(HttpFields.Mutable headers) {
        headers.put(NEVER_GUESSED);
    }

    private static boolean showsWhoItIs(Request request) {
        return request.getHeaders().contains(HttpHeader.AUTHORIZATION)
                || ForwardedIdentity.of(request).isPresent();
    }
}
