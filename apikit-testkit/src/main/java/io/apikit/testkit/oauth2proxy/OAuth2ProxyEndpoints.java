package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.identityprovider.UserClaims;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The proxy's own endpoints. {@link CallbackEndpoint} handles the callback. */
final class OAuth2ProxyEndpoints {
    private final FakeIdentityProvider provider;
    private final ProxySettings settings;
    private final String prefix;
    private final LoginRedirect start;
    private final CallbackEndpoint callback;
    private final ProxySessions sessions;
    private final ProxyBehaviour behaviour;

    OAuth2ProxyEndpoints(
            FakeIdentityProvider provider,
            ProxySettings settings,
            LoginRedirect start,
            CallbackEndpoint callback,
            ProxySessions sessions,
            ProxyBehaviour behaviour) {
        this.provider = provider;
        this.settings = settings;
        this.prefix = settings.prefix();
        this.start = start;
        this.callback = callback;
        this.sessions = sessions;
        this.behaviour = behaviour;
    }

    void routes(RoutesConfig routes) {
        at(routes, prefix + "/start", ctx -> start.redirect(ctx, returnTo(ctx)));
        at(routes, prefix + "/callback", callback::handle);
        at(routes, prefix + "/auth", this::auth);
        at(routes, prefix + "/userinfo", this::userinfo);
        at(routes, prefix + "/sign_in", this::signIn);
        at(routes, prefix + "/sign_out", this::signOut);
        at(routes, "/ping", ctx -> ctx.result("OK"));
        if (settings.version().hasReadyEndpoint()) {
            at(routes, "/ready", ctx -> ctx.result("OK"));
        }
    }

    /** Adds a handler for every method, because the proxy looks at the path alone. */
    static void at(RoutesConfig routes, String path, Handler handler) {
        HandlerType.values().stream()
                .filter(HandlerType::isHttpMethod)
                .forEach(method -> routes.addHttpHandler(method, path, handler));
    }

    private void auth(Context ctx) {
        int forced = behaviour.authStatus();
        if (forced != 0) {
            ctx.status(forced).result("");
            return;
        }
        Optional<String> user = admitted(ctx);
        if (user.isEmpty()) {
            ProxyResponses.plain(ctx, 401, "Unauthorized");
        } else if (groups(ctx)) {
            ProxyResponses.plain(ctx, 403, "Forbidden");
        } else {
            settings.cookieWriter().fold(ctx);
            IdentityHeaderFilter.addToResponse(ctx, provider.claims(user.orElseThrow()));
            ctx.status(202).result("");
        }
    }

    /** No user here is in a group. A request that demands one does not get a 202. */
    private static boolean groups(Context ctx) {
        return !Optional.ofNullable(ctx.queryParam("allowed_groups")).orElse("").isEmpty();
    }

    /** Returns the user of the request; empty for one who is not admitted, whose cookies are deleted. */
    private Optional<String> admitted(Context ctx) {
        Optional<String> user = sessions.user(ctx);
        Optional<String> admitted = user.filter(behaviour::mayPass);
        if (user.isPresent() && admitted.isEmpty()) {
            sessions.clear(ctx);
        }
        return admitted;
    }

    private void userinfo(Context ctx) {
        Optional<String> user = admitted(ctx);
        if (user.isEmpty()) {
            ProxyResponses.plain(ctx, 401, "Unauthorized");
        } else {
            ctx.json(userInfo(provider.claims(user.orElseThrow())));
        }
    }

    private static Map<String, String> userInfo(UserClaims claims) {
        Map<String, String> info = new LinkedHashMap<>();
        info.put("user", claims.subject());
        info.put("email", claims.email());
        claims.preferredUsername().ifPresent(name -> info.put("preferredUsername", name));
        return info;
    }

    private void signIn(Context ctx) {
        if (behaviour.unauthenticated() == Unauthenticated.REDIRECT) {
            start.redirect(ctx, returnTo(ctx));
        } else {
            sessions.clear(ctx);
            ProxyResponses.signIn(ctx, 200, prefix, returnTo(ctx));
        }
    }

    private void signOut(Context ctx) {
        sessions.clear(ctx);
        ctx.redirect(returnTo(ctx));
    }

    private String returnTo(Context ctx) {
        return settings.allowed(Optional.ofNullable(ctx.queryParam("rd")).orElse("/"));
    }
}
