package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.internal.NamedCounters;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.function.Supplier;

/** Takes the code that the browser brings back, and logs its user in. The first check that fails makes the response. */
final class CallbackEndpoint {
    private final FakeIdentityProvider provider;
    private final Supplier<String> callback;
    private final ProxySettings settings;
    private final CsrfCookie csrf;
    private final ProxySessions sessions;
    private final ProxyBehaviour behaviour;
    private final NamedCounters logins;
    private final int keys;

    CallbackEndpoint(
            FakeIdentityProvider provider,
            Supplier<String> callback,
            ProxySettings settings,
            CsrfCookie csrf,
            ProxySessions sessions,
            ProxyBehaviour behaviour,
            NamedCounters logins) {
        this.provider = provider;
        this.callback = callback;
        this.settings = settings;
        this.csrf = csrf;
        this.sessions = sessions;
        this.behaviour = behaviour;
        this.logins = logins;
        this.keys = provider.signingKeyVersion();
    }

    void handle(Context ctx) {
        Optional<String> refusal = parameter(ctx, "error");
        if (refusal.isPresent()) {
            fail(ctx, ProxyError.PROVIDER_REFUSED, refusal.orElseThrow());
        } else if (settings.version().redeemsFirst()) {
            redeemFirst(ctx);
        } else {
            checkCookieFirst(ctx);
        }
    }

    /** Version 7.0: a bad code is an internal error, whether or not the state and the cookie are right. */
    private void redeemFirst(Context ctx) {
        Optional<String> user = redeemed(ctx);
        String[] state = state(ctx);
        if (user.isEmpty()) {
            fail(ctx, ProxyError.CODE_NOT_REDEEMED, "");
        } else if (state.length < 2) {
            fail(ctx, ProxyError.STATE_NOT_READ, "");
        } else if (csrf.read(ctx, state[0]).isEmpty()) {
            fail(ctx, ProxyError.NO_CSRF_COOKIE, "");
        } else {
            admit(ctx, state, user.orElseThrow());
        }
    }

    private void checkCookieFirst(Context ctx) {
        String[] state = state(ctx);
        if (state.length < 2) {
            fail(ctx, ProxyError.STATE_NOT_READ, "");
        } else if (csrf.read(ctx, state[0]).isEmpty()) {
            fail(ctx, ProxyError.NO_CSRF_COOKIE, "");
        } else {
            redeemed(ctx)
                    .ifPresentOrElse(
                            user -> admit(ctx, state, user), () -> fail(ctx, ProxyError.CODE_NOT_REDEEMED, ""));
        }
    }

    private Optional<String> redeemed(Context ctx) {
        return parameter(ctx, "code")
                .flatMap(code -> provider.redeem(code, callback.get()))
                .filter(user -> knowsKeys());
    }

    private boolean knowsKeys() {
        return provider.signingKeyVersion() == keys || !settings.version().keepsKeys();
    }

    private void admit(Context ctx, String[] state, String user) {
        csrf.delete(ctx, state[0]);
        if (csrf.read(ctx, state[0]).filter(state[0]::equals).isEmpty()) {
            fail(ctx, ProxyError.OTHER_STATE, "");
        } else if (!behaviour.mayLogIn(user)) {
            fail(ctx, ProxyError.ACCOUNT_NOT_ADMITTED, "");
        } else {
            logins.add(user);
            sessions.begin(ctx, user);
            ctx.redirect(settings.allowed(state[1]));
        }
    }

    private void fail(Context ctx, ProxyError error, String detail) {
        ProxyResponses.error(ctx, settings, error, detail);
    }

    /** Returns the nonce and the return address; fewer than two parts if the state is malformed. */
    private static String[] state(Context ctx) {
        return parameter(ctx, "state").orElse("").split(":", 2);
    }

    /** Returns a parameter of the query of a GET, or of the form of a POST. */
    private static Optional<String> parameter(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name))
                .or(() -> Optional.ofNullable(ctx.formParam(name)))
                .filter(value -> !value.isEmpty());
    }
}
