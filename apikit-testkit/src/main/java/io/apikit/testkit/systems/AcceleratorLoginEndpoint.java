package io.apikit.testkit.systems;

import io.apikit.testkit.internal.IssuedTokens;
import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.TestAccounts;
import io.apikit.testkit.token.LoginResponse;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/** {@code POST /api/v3/token}: a user's name and password for a token, without a word on how long it lasts. */
final class AcceleratorLoginEndpoint {
    private final TestAccounts accounts;
    private final IssuedTokens tokens;
    private final LoginGate gate;
    private final String tokenType;
    private volatile int errorStatus = 401;
    private volatile LoginResponse answer = LoginResponse.NORMAL;

    AcceleratorLoginEndpoint(TestAccounts accounts, IssuedTokens tokens, LoginGate gate, String tokenType) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.gate = gate;
        this.tokenType = tokenType;
    }

    void handle(Context ctx) {
        gate.attempt(ctx, field(ctx, "username"), () -> answer(ctx));
    }

    private void answer(Context ctx) {
        LoginResponse told = answer;
        String user = field(ctx, "username");
        if (told != LoginResponse.NORMAL) {
            told.send(ctx, "access_token");
        } else if (accounts.accepts(user, field(ctx, "password"))) {
            gate.succeeded(user);
            ctx.json(Map.of("token_type", tokenType, "access_token", tokens.issue(user)));
        } else {
            ctx.status(errorStatus).json(Map.of("error", "Invalid username or password"));
        }
    }

    private static String field(Context ctx, String name) {
        return Optional.ofNullable(ctx.formParam(name)).orElse("");
    }

    /** Whose token the request has, in exactly the form {@code <token_type>:<access_token>}. */
    Optional<String> user(Context ctx) {
        String prefix = tokenType + ":";
        return Optional.ofNullable(ctx.header("Authorization"))
                .filter(header -> header.startsWith(prefix))
                .flatMap(header -> tokens.live(header.substring(prefix.length())))
                .map(IssuedTokens.Grant::subject);
    }

    void errorStatus(int status) {
        errorStatus = status;
    }

    void answers(LoginResponse told) {
        answer = told;
    }
}
