package io.apikit.testkit.oauth2proxy;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Redirects a browser to the identity provider. It needs no session, and the provider need not be running. */
final class LoginRedirect {
    /** The parameters of the start that the provider gets too ({@code --allow-query-parameters} of its configuration). */
    private static final List<String> PASSED_ON = List.of("connector_id", "kc_idp_hint", "response_mode");

    private final Function<Map<String, String>, String> authorization;
    private final Supplier<String> callback;
    private final ProxySettings settings;
    private final CsrfCookie csrf;

    /** @param authorization returns the address of the provider's authorization endpoint with these parameters */
    LoginRedirect(
            Function<Map<String, String>, String> authorization,
            Supplier<String> callback,
            ProxySettings settings,
            CsrfCookie csrf) {
        this.authorization = authorization;
        this.callback = callback;
        this.settings = settings;
        this.csrf = csrf;
    }

    /** Starts a login that returns to {@code returnTo} if that is allowed, otherwise to {@code /}. */
    void redirect(Context ctx, String returnTo) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("approval_prompt", "force");
        query.put("client_id", "fake-oauth2-proxy");
        query.put("redirect_uri", callback.get());
        query.put("response_type", "code");
        query.put("scope", "openid email profile");
        query.put("state", csrf.set(ctx) + ":" + settings.allowed(returnTo));
        PASSED_ON.forEach(name -> Optional.ofNullable(ctx.queryParam(name)).ifPresent(value -> query.put(name, value)));
        ctx.redirect(authorization.apply(query));
    }
}
