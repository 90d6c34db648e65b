package io.apikit.internal.server;

import io.apikit.internal.caller.TrustedProxies;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.http.HttpResponseException;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * Reads from the headers of a trusted proxy who the caller is, before any handler of the app. Refuses such headers from
 * other peers.
 */
public final class ForwardedIdentityHandler extends Handler.Wrapper {
    /** Required by RFC 9110, section 15.5.2. It is how a caller without a proxy identifies itself. */
    private static final String CHALLENGE = "Bearer realm=\"apikit\"";

    private final TrustedProxies proxies;

    private ForwardedIdentityHandler(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    /** Returns a handler for these proxies; empty if none is trusted, so that requests cost nothing then. */
    public static Optional<ForwardedIdentityHandler> create(TrustedProxies proxies) {
        return proxies.isNone() ? Optional.empty() : Optional.of(new ForwardedIdentityHandler(proxies));
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        Optional<ForwardedIdentity> caller;
        try {
            caller = proxies.readIdentity(request);
        } catch (HttpResponseException e) {
            refuse(request, response, callback, e);
            return true;
        }
        caller.flatMap(ForwardedIdentity::name).ifPresent(name -> MDC.put(ForwardedIdentity.MDC_KEY, name));
        try {
            return super.handle(request, response, callback);
        } finally {
            MDC.remove(ForwardedIdentity.MDC_KEY);
        }
    }

    private static void refuse(Request request, Response response, Callback callback, HttpResponseException e) {
        var error = ErrorBody.of(e.getStatus(), e.getMessage());
        if (error.status() == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, CHALLENGE);
        }
        ErrorResponses.refuse(request, response, callback, error);
    }
}
