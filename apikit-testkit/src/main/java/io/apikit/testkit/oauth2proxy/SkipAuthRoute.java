package io.apikit.testkit.oauth2proxy;

import io.javalin.http.Context;
import java.util.regex.Pattern;

/**
 * A route that needs no session, as {@code --skip-auth-route} names it.
 *
 * @param method the method; empty for each
 * @param path searched for in the path
 */
record SkipAuthRoute(String method, Pattern path) {
    /** Reads {@code METHOD=regex}, or {@code regex} alone. */
    static SkipAuthRoute parse(String route) {
        int equals = route.indexOf('=');
        return equals < 0
                ? new SkipAuthRoute("", Pattern.compile(route))
                : new SkipAuthRoute(route.substring(0, equals), Pattern.compile(route.substring(equals + 1)));
    }

    boolean matches(Context ctx) {
        return (method.isEmpty() || method.equals(ctx.method().toString()))
                && path.matcher(ctx.path()).find();
    }
}
