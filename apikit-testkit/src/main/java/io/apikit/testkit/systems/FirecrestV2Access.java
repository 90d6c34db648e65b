package io.apikit.testkit.systems;

import io.apikit.testkit.token.FakeTokenEndpoint;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The checks of version 2: it refuses a token that expires soon, and sends each token back in a header. */
final class FirecrestV2Access extends FirecrestAccess {
    private static final String NO_TOKEN = "Not authenticated";

    private final Set<String> systems;
    private volatile Duration minimumLife;

    FirecrestV2Access(FakeTokenEndpoint tokens, Set<String> systems, Duration minimumLife) {
        super(tokens);
        this.systems = Set.copyOf(systems);
        this.minimumLife = minimumLife;
    }

    @Override
    Optional<String> refusal(String token) {
        if (token.isEmpty()) {
            return Optional.of(NO_TOKEN);
        }
        if (tokens().client(token).isEmpty()) {
            return Optional.of(tokens().issued(token) ? "Access token expired" : "Access token is invalid.");
        }
        if (tokens().client(token, minimumLife).isEmpty()) {
            return Optional.of("Access token expires too soon (less than " + minimumLife.toSeconds() + "s remaining).");
        }
        return denied() ? Optional.of("Inactive authentication") : Optional.empty();
    }

    @Override
    void refuse(Context ctx, String token, String reason) {
        if (token.isEmpty()) {
            error(ctx, 403, reason);
        } else {
            ctx.header("auth-token", token);
            error(ctx, 401, reason);
        }
    }

    @Override
    boolean admits(Context ctx) {
        ctx.header("f7t-appversion", "2.x.x");
        boolean admitted = super.admits(ctx);
        if (admitted) {
            Optional.ofNullable(ctx.header("Authorization"))
                    .ifPresent(header -> ctx.header("auth-token", header.substring(header.indexOf(' ') + 1)));
        }
        return admitted;
    }

    /** Returns a handler that runs after all checks: the path names a system that exists. */
    Handler onSystem(Handler handler) {
        return ctx -> {
            if (admitsOnSystem(ctx)) {
                handler.handle(ctx);
            }
        };
    }

    /** Runs all checks. Returns false after it has written the response. */
    boolean admitsOnSystem(Context ctx) {
        if (!admits(ctx)) {
            return false;
        }
        boolean known = systems.contains(system(ctx));
        if (!known) {
            error(ctx, 404, "System not found");
        }
        return known;
    }

    static String system(Context ctx) {
        return ctx.pathParam("system");
    }

    static void error(Context ctx, int status, String message) {
        error(ctx, status, "error", message);
    }

    static void error(Context ctx, int status, String type, String message) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("errorType", type);
        body.put("message", message);
        body.put("causedBy", null);
        body.put("data", null);
        body.put("user", null);
        ctx.status(status).json(body);
    }

    void minimumLife(Duration least) {
        minimumLife = least;
    }
}
