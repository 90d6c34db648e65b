package io.apikit.testkit.systems;

import io.apikit.testkit.internal.IssuedTokens;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET /test/echo}: needs a live token. */
final class PeleEchoEndpoint {
    private final AtomicInteger echoes = new AtomicInteger();
    private final IssuedTokens tokens;
    private final FixedWindowRateLimit limit;
    private volatile boolean alwaysUnauthorized;

    PeleEchoEndpoint(IssuedTokens tokens, FixedWindowRateLimit limit) {
        this.tokens = tokens;
        this.limit = limit;
    }

    void handle(Context ctx) {
        if (limit.admits(ctx)) {
            check(ctx);
        }
    }

    private void check(Context ctx) {
        Optional<IssuedTokens.Grant> grant =
                Optional.ofNullable(ctx.header("X-API-KEY")).flatMap(tokens::live);
        if (grant.isEmpty() || alwaysUnauthorized) {
            String message = "Expired token. Reauthentication required.";
            ctx.status(401).json(Map.of("message", message, "authenticated", false));
        } else {
            echo(ctx);
        }
    }

    private void echo(Context ctx) {
        String text = ctx.queryParam("echo_str");
        if (text == null) {
            ctx.status(400).json(Map.of("success", false, "message", "Missing required parameter: echo_str"));
        } else {
            echoes.incrementAndGet();
            ctx.json(Map.of("success", true, "message", text));
        }
    }

    void alwaysUnauthorized(boolean always) {
        alwaysUnauthorized = always;
    }

    int echoes() {
        return echoes.get();
    }
}
