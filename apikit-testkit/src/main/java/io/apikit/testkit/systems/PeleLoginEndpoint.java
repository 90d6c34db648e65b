package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BasicHeader;
import io.apikit.testkit.internal.IssuedTokens;
import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.TestAccounts;
import io.apikit.testkit.token.LoginResponse;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code POST /login}: Basic credentials for a token. */
final class PeleLoginEndpoint {
    private final TestAccounts accounts;
    private final IssuedTokens tokens;
    private final FixedWindowRateLimit limit;
    private final LoginGate gate;
    private volatile LoginResponse answer = LoginResponse.NORMAL;

    PeleLoginEndpoint(TestAccounts accounts, IssuedTokens tokens, FixedWindowRateLimit limit, LoginGate gate) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.limit = limit;
        this.gate = gate;
    }

    void handle(Context ctx) {
        gate.attempt(ctx, BasicHeader.of(ctx).map(BasicHeader::user).orElse(""), () -> answer(ctx));
    }

    private void answer(Context ctx) {
        LoginResponse told = answer;
        if (told != LoginResponse.NORMAL) {
            told.send(ctx, "token");
        } else if (limit.admits(ctx)) {
            check(ctx);
        }
    }

    private void check(Context ctx) {
        Optional<BasicHeader> given =
                BasicHeader.of(ctx).filter(pair -> accounts.accepts(pair.user(), pair.password()));
        given.ifPresentOrElse(pair -> token(ctx, pair.user()), () -> PeleLoginEndpoint.refuse(ctx));
    }

    private void token(Context ctx, String user) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("success", true);
        body.put("message", null);
        body.put("token", tokens.issue(user));
        gate.succeeded(user);
        ctx.json(body);
    }

    /** As Flask-HTTPAuth does: text, but labelled as HTML. */
    private static void refuse(Context ctx) {
        ctx.status(401)
                .header("WWW-Authenticate", "Basic realm=\"Authentication Required\"")
                .contentType("text/html; charset=utf-8")
                .result("Unauthorized Access");
    }

    void answers(LoginResponse told) {
        answer = told;
    }
}
