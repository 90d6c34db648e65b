package io.apikit.testkit;

import java.time.Duration;
import java.time.InstantSource;

/**
 * What a proxy is started with.
 *
 * @param cookieRefresh the age from which a cookie is replaced; zero for never
 */
record ProxySettings(
        String cookieName,
        String prefix,
        Duration sessionLife,
        Duration cookieRefresh,
        InstantSource clock,
        boolean secureCookies,
        boolean honourAcceptJson,
        boolean csrfPerRequest,
        boolean clearDeadCookies) {
    SetCookie setCookie() {
        return new SetCookie(secureCookies);
    }
}
