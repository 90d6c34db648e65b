package io.apikit.testkit.systems;

import io.apikit.testkit.internal.IssuedTokens;
import io.apikit.testkit.internal.LoginGate;
import io.apikit.testkit.internal.TestAccounts;
import io.apikit.testkit.token.LoginResponse;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/** {@code POST /api/v3/token}: takes the name and password of a user, and returns a token without its expiry. */
final class AcceleratorLoginEndpoint {
    private final TestAccounts accounts;
    private final IssuedTokens tokens;
    private final LoginGate gate;
    private final String tokenType;
    private volatile int errorStatus = 401;
    private volatile LoginResponse response = LoginResponse.NORMAL;

    AcceleratorLoginEndpoint(TestAccounts accounts, IssuedTokens tokens, LoginGate gate, String tokenType) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.gate = gate;
        this.tokenType = tokenType;
    }

    void handle(Context ctx) {
        gate.attempt(ctx, field(ctx, "username"), () -> respond(ctx));
    }

    private void respond(Context ctx) {
        LoginResponse current = response;
        String user = field(ctx, "username");
        if (current != LoginResponse.NORMAL) {
            current.send(ctx, "access_token");
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

    /** Returns the user of the token in the request, which has to have the form {@code <token_type>:<access_token>}. */
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

    void response(LoginResponse toAll) {
        response = toAll;
    }
}
