package io.apikit.testkit.systems;

import io.apikit.testkit.token.FakeTokenEndpoint;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The checks before every endpoint: the rate limit and the token. The two APIs differ in what they refuse, and how. */
abstract class FirecrestAccess {
    private static final String CLIENT = "client";
    private static final String SCHEME = "Bearer ";

    private final ForcedRateLimit rateLimit = new ForcedRateLimit();
    private final AtomicInteger unauthorized = new AtomicInteger();
    private final FakeTokenEndpoint tokens;
    private volatile boolean denied;

    FirecrestAccess(FakeTokenEndpoint tokens) {
        this.tokens = tokens;
    }

    /** Returns why a request with this token is refused; empty if it is not. */
    abstract Optional<String> refusal(String token);

    /** Writes the response to a request with this token, which is empty if there was no header. */
    abstract void refuse(Context ctx, String token, String reason);

    /** Returns the client of the token, in a handler that runs after the checks. */
    static String client(Context ctx) {
        return Optional.<String>ofNullable(ctx.attribute(CLIENT)).orElseThrow();
    }

    /** Returns a handler that runs after the checks. */
    Handler guarded(Handler handler) {
        return ctx -> {
            if (admits(ctx)) {
                handler.handle(ctx);
            }
        };
    }

    /** Runs the checks. Returns false after it has written the response. */
    boolean admits(Context ctx) {
        return rateLimit.admits(ctx) && authorized(ctx);
    }

    private boolean authorized(Context ctx) {
        String token = token(ctx);
        Optional<String> reason = refusal(token);
        if (reason.isPresent()) {
            refuse(ctx, token, reason.orElseThrow());
            unauthorized.addAndGet(ctx.statusCode() == 401 ? 1 : 0);
            return false;
        }
        ctx.attribute(CLIENT, tokens.client(token).orElseThrow());
        return true;
    }

    private static String token(Context ctx) {
        String header = Optional.ofNullable(ctx.header("Authorization")).orElse("");
        return header.startsWith(SCHEME) ? header.substring(SCHEME.length()) : header;
    }

    FakeTokenEndpoint tokens() {
        return tokens;
    }

    ForcedRateLimit rateLimit() {
        return rateLimit;
    }

    boolean denied() {
        return denied;
    }

    void deny(boolean all) {
        denied = all;
    }

    int unauthorized() {
        return unauthorized.get();
    }
}
