package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Redirects a browser to the identity provider. It needs no session, and the provider need not be running. */
final class LoginRedirect {
    private final FakeIdentityProvider provider;
    private final Supplier<String> callback;
    private final CsrfCookie csrf;

    LoginRedirect(FakeIdentityProvider provider, Supplier<String> callback, CsrfCookie csrf) {
        this.provider = provider;
        this.callback = callback;
        this.csrf = csrf;
    }

    /** Starts a login that returns to {@code returnTo} if that is a path of this origin, otherwise to {@code /}. */
    void redirect(Context ctx, String returnTo) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("approval_prompt", "force");
        query.put("client_id", "fake-oauth2-proxy");
        query.put("redirect_uri", callback.get());
        query.put("response_type", "code");
        query.put("scope", "openid email profile");
        query.put("state", csrf.set(ctx) + ":" + local(returnTo));
        ctx.redirect(provider.authorizationUri(query));
    }

    /** Returns the path, or {@code /} for one that would leave the origin. */
    static String local(String path) {
        boolean stays = path.startsWith("/") && !path.startsWith("//") && !path.contains("\\");
        return stays ? path : "/";
    }
}
