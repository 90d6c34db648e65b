package io.apikit.testkit.systems;

import io.apikit.testkit.internal.IssuedTokens;
import io.apikit.testkit.internal.TestAccounts;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET /test/echo}: needs a live token. */
final class PeleEchoEndpoint {
    private final AtomicInteger echoes = new AtomicInteger();
    private final TestAccounts accounts;
    private final IssuedTokens tokens;
    private final MovingWindowRateLimit limit;
    private volatile boolean alwaysUnauthorized;

    PeleEchoEndpoint(TestAccounts accounts, IssuedTokens tokens, MovingWindowRateLimit limit) {
        this.accounts = accounts;
        this.tokens = tokens;
        this.limit = limit;
    }

    void handle(Context ctx) {
        if (limit.admits(ctx)) {
            check(ctx);
        }
    }

    private void check(Context ctx) {
        String token = Optional.ofNullable(ctx.header("X-API-KEY")).orElse("");
        Optional<String> user = tokens.live(token).map(IssuedTokens.Grant::subject);
        if (!tokens.issued(token)) {
            refuse(ctx, "Invalid token. Registeration and/or authentication required");
        } else if (user.isEmpty()) {
            refuse(ctx, "Expired token. Reauthentication required.");
        } else if (alwaysUnauthorized || !accounts.contains(user.orElseThrow())) {
            refuse(ctx, "User not found");
        } else {
            echo(ctx);
        }
    }

    private static void refuse(Context ctx, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("message", message);
        body.put("success", false);
        ctx.status(401).json(body);
    }

    private void echo(Context ctx) {
        String text = ctx.queryParam("echo_str");
        if (text == null) {
            invalid(ctx, "echo_str", "Missing required parameter in the query string");
        } else {
            echoes.incrementAndGet();
            ctx.json(Map.of("success", true, "message", text));
        }
    }

    /** Writes the response to a request that lacks a parameter. */
    static void invalid(Context ctx, String parameter, String reason) {
        ctx.status(400).json(Map.of("errors", Map.of(parameter, reason), "message", "Input payload validation failed"));
    }

    void alwaysUnauthorized(boolean always) {
        alwaysUnauthorized = always;
    }

    int echoes() {
        return echoes.get();
    }
}
