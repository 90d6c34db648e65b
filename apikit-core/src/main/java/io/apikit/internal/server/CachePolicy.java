package io.apikit.internal.server;

import io.apikit.ops.ForwardedIdentity;
import io.apikit.ops.callers.VerifiedCaller;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.PreEncodedHttpField;
import org.eclipse.jetty.server.Request;

/**
 * Keeps the response to one caller from others behind the same cache. A response to a caller with credentials, or of a
 * service with an auth mode, is {@code private, no-cache} (RFC 9111, section 5.2.2) unless its handler has set how it
 * may be cached.
 *
 * @param isAlwaysPrivate whether the service has an auth mode
 */
public record CachePolicy(boolean isAlwaysPrivate) {
    private static final HttpField PRIVATE = new PreEncodedHttpField(HttpHeader.CACHE_CONTROL, "private, no-cache");
    static final HttpField NO_SNIFF = new PreEncodedHttpField("X-Content-Type-Options", "nosniff");

    /** Called for a response that says nothing of caches itself. */
    void markPrivate(Request request, HttpFields.Mutable headers) {
        if (isAlwaysPrivate || identifiesCaller(request)) {
            headers.add(PRIVATE);
            ErrorResponses.addVary(headers, HttpHeader.AUTHORIZATION);
        }
    }

    /** Keeps a browser from guessing another media type than the one declared, such as a script. */
    static void addNoSniff(HttpFields.Mutable headers) {
        headers.put(NO_SNIFF);
    }

    private static boolean identifiesCaller(Request request) {
        return request.getHeaders().contains(HttpHeader.AUTHORIZATION)
                || ForwardedIdentity.of(request).isPresent()
                || isOfCheckedCaller(request);
    }

    /** Returns whether the request has passed a check of its caller, so that not even a shared response is for all. */
    static boolean isOfCheckedCaller(Request request) {
        return request.getAttribute(VerifiedCaller.ATTRIBUTE) != null;
    }
}
