package io.apikit.testkit.systems;

import io.apikit.testkit.token.FakeTokenEndpoint;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The checks before every endpoint: the rate limit, the token, the name of a machine. Thread-safe. */
final class FirecrestAccessCheck {
    private static final String CLIENT = "client";
    private static final String SCHEME = "Bearer ";

    private final ForcedRateLimit rateLimit = new ForcedRateLimit();
    private final AtomicInteger unauthorized = new AtomicInteger();
    private final FakeTokenEndpoint tokens;
    private final Set<String> machines;
    private volatile Duration minimumLife;
    private volatile boolean denied;

    FirecrestAccessCheck(FakeTokenEndpoint tokens, Set<String> machines, Duration minimumLife) {
        this.tokens = tokens;
        this.machines = Set.copyOf(machines);
        this.minimumLife = minimumLife;
    }

    /** Returns the client of the token, in a handler that runs after the checks. */
    static String client(Context ctx) {
        return Optional.<String>ofNullable(ctx.attribute(CLIENT)).orElseThrow();
    }

    /** Returns a handler that runs after the checks of the rate limit and the token. */
    Handler guarded(Handler handler) {
        return ctx -> {
            if (admits(ctx)) {
                handler.handle(ctx);
            }
        };
    }

    /** Returns a handler that runs after all checks. */
    Handler onMachine(Handler handler) {
        return ctx -> {
            if (admitsOnMachine(ctx)) {
                handler.handle(ctx);
            }
        };
    }

    /** Runs all checks. Returns false after it has written the response. */
    boolean admitsOnMachine(Context ctx) {
        return admits(ctx) && knownMachine(ctx);
    }

    private boolean admits(Context ctx) {
        return rateLimit.admits(ctx) && authorized(ctx);
    }

    private boolean authorized(Context ctx) {
        String header = Optional.ofNullable(ctx.header("Authorization")).orElse("");
        String token = header.startsWith(SCHEME) ? header.substring(SCHEME.length()) : "";
        Optional<String> client = tokens.client(token, minimumLife);
        if (client.isEmpty()) {
            refuse(ctx, token, "Invalid token");
        } else if (denied) {
            refuse(ctx, token, "Permission denied");
        } else {
            ctx.attribute(CLIENT, client.orElseThrow());
            return true;
        }
        return false;
    }

    /** Sends the token back in a header, as the real system does. */
    private void refuse(Context ctx, String token, String message) {
        unauthorized.incrementAndGet();
        if (!token.isEmpty()) {
            ctx.header("auth-token", token);
        }
        ctx.header("WWW-Authenticate", "Bearer").status(401).json(Map.of("message", message));
    }

    private boolean knownMachine(Context ctx) {
        String machine = ctx.header("X-Machine-Name");
        if (machine == null) {
            ctx.status(400).json(Map.of("description", "No machine name given", "error", "X-Machine-Name is missing"));
        } else if (!machines.contains(machine)) {
            ctx.header("X-Machine-Does-Not-Exist", "Machine does not exist");
            ctx.status(400).json(Map.of("description", "Unknown machine", "error", "Machine does not exist"));
        } else {
            return true;
        }
        return false;
    }

    ForcedRateLimit rateLimit() {
        return rateLimit;
    }

    void minimumLife(Duration least) {
        minimumLife = least;
    }

    void deny(boolean all) {
        denied = all;
    }

    int unauthorized() {
        return unauthorized.get();
    }
}
