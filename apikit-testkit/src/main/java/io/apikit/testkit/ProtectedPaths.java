package io.apikit.testkit;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import java.util.Optional;

/** Everything that is not the proxy's own: to the backend with a session, else to the login in the chosen way. */
final class ProtectedPaths {
    private final Handler backend;
    private final ProxySettings settings;
    private final ProxySessions sessions;
    private final ProxyBehaviour behaviour;
    private final OAuthStart start;
    private final Counters reached;

    ProtectedPaths(
            Handler backend,
            ProxySettings settings,
            ProxySessions sessions,
            ProxyBehaviour behaviour,
            OAuthStart start,
            Counters reached) {
        this.backend = backend;
        this.settings = settings;
        this.sessions = sessions;
        this.behaviour = behaviour;
        this.start = start;
        this.reached = reached;
    }

    /** Every method, HEAD among them: Javalin would answer it by itself. */
    void routes(RoutesConfig routes) {
        HandlerType.values().stream()
                .filter(HandlerType::isHttpMethod)
                .forEach(method -> routes.addHttpHandler(method, "*", this::handle));
    }

    private void handle(Context ctx) throws Exception {
        if (ctx.path().equals(settings.prefix()) || ctx.path().startsWith(settings.prefix() + "/")) {
            ProxyPages.error(ctx, 404, "Not found");
            return;
        }
        Optional<String> user = sessions.user(ctx);
        if (user.isEmpty()) {
            refuse(ctx);
        } else if (!behaviour.mayPass(user.orElseThrow())) {
            forbid(ctx);
        } else {
            reached.add(user.orElseThrow());
            IdentityHeaders.set(ctx, user.orElseThrow());
            backend.handle(ctx);
        }
    }

    private void refuse(Context ctx) throws Exception {
        if (wantsJson(ctx)) {
            ProxyPages.json(ctx, 401);
            return;
        }
        switch (behaviour.unauthenticated()) {
            case JSON -> ProxyPages.json(ctx, 401);
            case REDIRECT -> start.redirect(ctx, target(ctx));
            case SIGN_IN_PAGE -> ProxyPages.signIn(ctx, 403, settings.prefix(), target(ctx));
            case LOGIN_PAGE_200 -> ProxyPages.signIn(ctx, 200, settings.prefix(), target(ctx));
        }
    }

    private void forbid(Context ctx) {
        if (wantsJson(ctx)) {
            ProxyPages.json(ctx, 403);
        } else {
            ProxyPages.error(ctx, 403, "The session failed authorization checks");
        }
    }

    private boolean wantsJson(Context ctx) {
        return settings.honourAcceptJson() && ProxyPages.JSON.equals(ctx.header("Accept"));
    }

    private static String target(Context ctx) {
        String query = ctx.queryString();
        return query == null ? ctx.path() : ctx.path() + "?" + query;
    }
}
