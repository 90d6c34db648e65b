package io.apikit.testkit.oauth2proxy;

import io.javalin.http.Context;
import java.time.Duration;
import java.time.InstantSource;

/**
 * What a proxy is started with.
 *
 * @param cookieRefresh the age from which a cookie is replaced; zero for never
 * @param tokenLife zero where the tokens are over whenever a cookie is replaced
 * @param rotatingRefresh whether a refresh token is good once
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
        boolean clearDeadCookies) {
    /** Where a login that begins with this request comes back to: not to an address of the proxy's own. */
    String returnTo(Context ctx) {
        if (ctx.path().startsWith(prefix + "/")) {
            return "/";
        }
        String query = ctx.queryString();
        return query == null ? ctx.path() : ctx.path() + "?" + query;
    }

    SessionRefreshPolicy age() {
        return new SessionRefreshPolicy(version, cookieRefresh, tokenLife, clock);
    }

    ProxyCookieWriter setCookie() {
        return new ProxyCookieWriter(version, secureCookies, clock);
    }
}
