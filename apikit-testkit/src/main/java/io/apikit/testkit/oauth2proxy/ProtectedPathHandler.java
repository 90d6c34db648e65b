package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.internal.NamedCounters;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Optional;

/**
 * Handles requests that are not for an endpoint of the proxy. With a session, or on a route that needs none, they go to
 * the backend. Without one the response is the one that {@link Unauthenticated} names.
 */
final class ProtectedPathHandler {
    private final Handler backend;
    private final FakeIdentityProvider provider;
    private final ProxySettings settings;
    private final ProxySessions sessions;
    private final ProxyBehaviour behaviour;
    private final LoginRedirect start;
    private final NamedCounters reached;

    ProtectedPathHandler(
            Handler backend,
            FakeIdentityProvider provider,
            ProxySettings settings,
            ProxySessions sessions,
            ProxyBehaviour behaviour,
            LoginRedirect start,
            NamedCounters reached) {
        this.backend = backend;
        this.provider = provider;
        this.settings = settings;
        this.sessions = sessions;
        this.behaviour = behaviour;
        this.start = start;
        this.reached = reached;
    }

    /** Handles every method. Without a handler of its own, Javalin would respond to HEAD itself. */
    void routes(RoutesConfig routes) {
        OAuth2ProxyEndpoints.at(routes, "*", this::handle);
    }

    private void handle(Context ctx) throws Exception {
        if (settings.skipsAuth(ctx)) {
            pass(ctx, settings.version().readsOptionalSession() ? sessions.user(ctx) : Optional.empty());
            return;
        }
        Optional<String> user = sessions.user(ctx);
        if (user.isEmpty()) {
            refuse(ctx);
        } else if (!behaviour.mayPass(user.orElseThrow())) {
            forbid(ctx);
        } else {
            pass(ctx, user);
        }
    }

    /** Without a session only on a route that needs none. The response deletes a dead cookie all the same. */
    private void pass(Context ctx, Optional<String> user) throws Exception {
        reached.add(user.orElse(""));
        settings.cookieWriter().fold(ctx);
        user.ifPresent(known -> IdentityHeaderFilter.set(ctx, provider.claims(known)));
        backend.handle(ctx);
    }

    private void refuse(Context ctx) throws Exception {
        if (wantsJson(ctx)) {
            ProxyResponses.json(ctx, 401, settings.version());
            return;
        }
        switch (behaviour.unauthenticated()) {
            case JSON -> ProxyResponses.json(ctx, 401, settings.version());
            case REDIRECT -> start.redirect(ctx, settings.returnTo(ctx));
            case SIGN_IN_PAGE -> signIn(ctx, 403);
            case LOGIN_PAGE_200 -> signIn(ctx, 200);
        }
    }

    /** The page deletes a dead cookie that {@link ProxySessions#user} has deleted already. */
    private void signIn(Context ctx, int status) {
        sessions.clearDead(ctx);
        ProxyResponses.signIn(ctx, status, settings.prefix(), settings.returnTo(ctx));
    }

    /** Deletes the cookies, although they would be valid again when the account is admitted. */
    private void forbid(Context ctx) {
        sessions.clear(ctx);
        if (behaviour.unauthenticated() == Unauthenticated.JSON) {
            ProxyResponses.json(ctx, ProxyError.SESSION_NOT_ADMITTED.status(settings.version()), settings.version());
        } else {
            ProxyResponses.error(ctx, settings, ProxyError.SESSION_NOT_ADMITTED, "");
        }
    }

    private boolean wantsJson(Context ctx) {
        return settings.honourAcceptJson() && ProxyResponses.wantsJson(ctx);
    }
}
