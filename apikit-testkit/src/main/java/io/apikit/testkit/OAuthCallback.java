package io.apikit.testkit;

import io.javalin.http.Context;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes the code that the browser brings back, and logs its user in. */
final class OAuthCallback {
    private final FakeIdentityProvider provider;
    private final Supplier<String> callback;
    private final CsrfCookie csrf;
    private final ProxySessions sessions;
    private final ProxyBehaviour behaviour;
    private final Counters logins;

    OAuthCallback(
            FakeIdentityProvider provider,
            Supplier<String> callback,
            CsrfCookie csrf,
            ProxySessions sessions,
            ProxyBehaviour behaviour,
            Counters logins) {
        this.provider = provider;
        this.callback = callback;
        this.csrf = csrf;
        this.sessions = sessions;
        this.behaviour = behaviour;
        this.logins = logins;
    }

    void handle(Context ctx) {
        String[] state = parameter(ctx, "state").orElse("").split(":", 2);
        Optional<String> objection = parameter(ctx, "error")
                .map(error -> "Login Failed: the identity provider answered " + error)
                .or(() -> csrf.objection(ctx, state[0]));
        if (objection.isPresent()) {
            ProxyPages.error(ctx, 403, objection.orElseThrow());
        } else {
            csrf.delete(ctx, state[0]);
            redeem(ctx, state.length > 1 ? state[1] : "/");
        }
    }

    private void redeem(Context ctx, String returnTo) {
        Optional<String> user = parameter(ctx, "code").flatMap(code -> provider.redeem(code, callback.get()));
        if (user.isEmpty()) {
            ProxyPages.error(ctx, 500, "Internal error: the code could not be redeemed");
        } else if (!behaviour.mayLogIn(user.orElseThrow())) {
            ProxyPages.error(ctx, 403, "Login Failed: this user is not allowed here");
        } else {
            logins.add(user.orElseThrow());
            sessions.begin(ctx, user.orElseThrow());
            ctx.redirect(OAuthStart.local(returnTo));
        }
    }

    /** In the query of a GET, in the form of a POST. */
    private static Optional<String> parameter(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).or(() -> Optional.ofNullable(ctx.formParam(name)));
    }
}
