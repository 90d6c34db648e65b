package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BasicHeader;
import io.apikit.testkit.internal.IssuedTokens;
import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.TestAccounts;
import io.apikit.testkit.token.LoginResponse;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code POST /login}: takes Basic credentials, and returns a token. */
final class PeleLoginEndpoint {
    private final TestAccounts accounts;
    private final IssuedTokens tokens;
    private final MovingWindowRateLimit limit;
    private final LoginGate gate;
    private volatile LoginResponse response = LoginResponse.NORMAL;

    PeleLoginEndpoint(TestAccounts accounts, IssuedTokens tokens, MovingWindowRateLimit limit, LoginGate gate) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.limit = limit;
        this.gate = gate;
    }

    void handle(Context ctx) {
        gate.attempt(
                ctx, BasicHeader.of(ctx).map(pair -> PeleEmail.of(pair.user())).orElse(""), () -> respond(ctx));
    }

    private void respond(Context ctx) {
        LoginResponse current = response;
        if (current != LoginResponse.NORMAL) {
            current.send(ctx, "token");
        } else if (limit.admits(ctx)) {
            check(ctx);
        }
    }

    private void check(Context ctx) {
        BasicHeader.of(ctx)
                .filter(pair -> accounts.accepts(PeleEmail.of(pair.user()), pair.password()))
                .ifPresentOrElse(pair -> token(ctx, PeleEmail.of(pair.user())), () -> PeleLoginEndpoint.refuse(ctx));
    }

    private void token(Context ctx, String user) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.put("message", null);
        body.put("token", tokens.issue(user));
        gate.succeeded(user);
        ctx.json(body);
    }

    /** Writes text with the media type of HTML, as Flask-HTTPAuth does. */
    private static void refuse(Context ctx) {
        ctx.status(401)
                .header("WWW-Authenticate", "Basic realm=\"Authentication Required\"")
                .contentType("text/html; charset=utf-8")
                .result("Unauthorized Access");
    }

    void response(LoginResponse toAll) {
        response = toAll;
    }
}
