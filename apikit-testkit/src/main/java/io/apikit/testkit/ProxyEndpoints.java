package io.apikit.testkit;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/** The proxy's own endpoints. */
final class ProxyEndpoints {
    private final String prefix;
    private final OAuthStart start;
    private final OAuthCallback callback;
    private final ProxySessions sessions;
    private final ProxyBehaviour behaviour;

    ProxyEndpoints(
            String prefix, OAuthStart start, OAuthCallback callback, ProxySessions sessions, ProxyBehaviour behaviour) {
        this.prefix = prefix;
        this.start = start;
        this.callback = callback;
        this.sessions = sessions;
        this.behaviour = behaviour;
    }

    void routes(RoutesConfig routes) {
        routes.get(prefix + "/start", ctx -> start.redirect(ctx, returnTo(ctx)));
        routes.get(prefix + "/callback", callback::handle);
        routes.post(prefix + "/callback", callback::handle);
        routes.get(prefix + "/auth", this::auth);
        routes.get(prefix + "/userinfo", this::userinfo);
        routes.get(prefix + "/sign_in", this::signIn);
        routes.get(prefix + "/sign_out", this::signOut);
        routes.get("/ping", ctx -> ctx.result("OK"));
        routes.get("/ready", ctx -> ctx.result("OK"));
    }

    private void auth(Context ctx) {
        int pretended = behaviour.authStatus();
        if (pretended != 0) {
            ctx.status(pretended).result("");
            return;
        }
        Optional<String> user = sessions.user(ctx);
        if (user.isEmpty()) {
            ctx.status(401).result("Unauthorized\n");
        } else {
            ctx.status(behaviour.mayPass(user.orElseThrow()) ? 202 : 403).result("");
        }
    }

    private void userinfo(Context ctx) {
        Optional<String> user = sessions.user(ctx);
        if (user.isEmpty()) {
            ctx.status(401).result("Unauthorized\n");
        } else {
            String name = user.orElseThrow();
            ctx.json(Map.of("user", name, "email", IdentityHeaders.email(name), "preferredUsername", name));
        }
    }

    private void signIn(Context ctx) {
        sessions.clear(ctx);
        if (behaviour.unauthenticated() == Unauthenticated.REDIRECT) {
            start.redirect(ctx, returnTo(ctx));
        } else {
            ProxyPages.signIn(ctx, 200, prefix, returnTo(ctx));
        }
    }

    private void signOut(Context ctx) {
        sessions.end(ctx);
        ctx.redirect(returnTo(ctx));
    }

    private static String returnTo(Context ctx) {
        return OAuthStart.local(Optional.ofNullable(ctx.queryParam("rd")).orElse("/"));
    }
}
