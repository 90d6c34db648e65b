package io.apikit.testkit.oauth2proxy;

import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/**
 * The settings of a proxy that do not change while it runs.
 *
 * @param cookieRefresh the age from which on a cookie is replaced; zero for never
 * @param tokenLife how long tokens are valid; zero if they have expired whenever a cookie is replaced
 * @param rotatingRefresh whether a refresh token is valid once only
 * @param skipAuthRoutes routes that need no session
 */
record ProxySettings(
        ProxyVersion version,
        String cookieName,
        String prefix,
        Duration sessionLife,
        Duration cookieRefresh,
        Duration tokenLife,
        boolean rotatingRefresh,
        InstantSource clock,
        boolean secureCookies,
        boolean honourAcceptJson,
        boolean csrfPerRequest,
        boolean clearDeadCookies,
        List<SkipAuthRoute> skipAuthRoutes) {
    /** Returns whether this request needs no session. */
    boolean skipsAuth(Context ctx) {
        return skipAuthRoutes.stream().anyMatch(route -> route.matches(ctx));
    }

    /** Returns the address that a login returns to if it begins with this request: never an endpoint of the proxy. */
    String returnTo(Context ctx) {
        if (ctx.path().startsWith(prefix + "/")) {
            return "/";
        }
        String query = ctx.queryString();
        return query == null ? ctx.path() : ctx.path() + "?" + query;
    }

    SessionRefreshPolicy refreshPolicy() {
        return new SessionRefreshPolicy(version, cookieRefresh, tokenLife, clock);
    }

    ProxyCookieWriter cookieWriter() {
        return new ProxyCookieWriter(version, secureCookies, clock);
    }
}
