package io.apikit.testkit;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code POST /login}: Basic credentials for a token. */
final class PeleLogin {
    private final Accounts accounts;
    private final IssuedTokens tokens;
    private final RateLimit limit;
    private final LoginGate gate;
    private volatile LoginAnswer answer = LoginAnswer.NORMAL;

    PeleLogin(Accounts accounts, IssuedTokens tokens, RateLimit limit, LoginGate gate) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.limit = limit;
        this.gate = gate;
    }

    void handle(Context ctx) {
        gate.attempt(ctx, BasicHeader.of(ctx).map(BasicHeader::user).orElse(""), () -> answer(ctx));
    }

    private void answer(Context ctx) {
        LoginAnswer told = answer;
        if (told != LoginAnswer.NORMAL) {
            told.send(ctx, "token");
        } else if (limit.admits(ctx)) {
            check(ctx);
        }
    }

    private void check(Context ctx) {
        Optional<BasicHeader> given =
                BasicHeader.of(ctx).filter(pair -> accounts.accepts(pair.user(), pair.password()));
        given.ifPresentOrElse(pair -> token(ctx, pair.user()), () -> PeleLogin.refuse(ctx));
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

    void answers(LoginAnswer told) {
        answer = told;
    }
}
