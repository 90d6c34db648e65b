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

/** Before anything of the app: learns from a trusted proxy who the caller is, and refuses others who say so. */
public final class ForwardedIdentityHandler extends Handler.Wrapper {
    /** RFC 9110, section 15.5.2 demands one; this is how a caller shows itself without a proxy. */
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
        } catch (HttpResponseException refused) {
            refuse(request, response, callback, refused);
            return true;
        }
        caller.flatMap(ForwardedIdentity::name).ifPresent(name -> MDC.put(ForwardedIdentity.MDC_KEY, name));
        try {
            return super.handle(request, response, callback);
        } finally {
            MDC.remove(ForwardedIdentity.MDC_KEY);
        }
    }

    private static void refuse(Request request, Response response, Callback callback, HttpResponseException refused) {
        var shape = ErrorBody.of(refused.getStatus(), refused.getMessage());
        if (shape.status() == 401) {
            response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, CHALLENGE);
        }
        ErrorResponses.refuse(request, response, callback, shape);
    }
}
