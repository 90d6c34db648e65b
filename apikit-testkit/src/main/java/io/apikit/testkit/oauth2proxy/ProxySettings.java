package io.apikit.testkit.oauth2proxy;

import io.javalin.http.Context;
import java.net.URI;
import java.net.URISyntaxException;
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
 * @param cookieDomain the domain of all cookies; empty for the host that sets them
 * @param whitelistDomains the hosts that a login may return to; with a dot at the start, those below too
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
        List<SkipAuthRoute> skipAuthRoutes,
        String cookieDomain,
        List<String> whitelistDomains) {
    /** Returns the address that a login returns to: a path of this origin, or an address that is allowed; else {@code /}. */
    String allowed(String address) {
        boolean stays = address.startsWith("/") && !address.startsWith("//") && !address.contains("\\");
        return stays || isWhitelisted(address) ? address : "/";
    }

    private boolean isWhitelisted(String address) {
        if (!address.startsWith("https://") && !address.startsWith("http://")) {
            return false;
        }
        try {
            String host = new URI(address).getHost();
            return host != null && whitelistDomains.stream().anyMatch(domain -> isWithin(host, domain));
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static boolean isWithin(String host, String domain) {
        return domain.startsWith(".") ? ("." + host).endsWith(domain) : host.equals(domain);
    }

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
        return new ProxyCookieWriter(version, secureCookies, cookieDomain, clock);
    }
}
