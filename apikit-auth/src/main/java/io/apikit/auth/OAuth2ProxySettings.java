package io.apikit.auth;

import java.util.Set;

/** The options of an {@code oauth2-proxy} mode, settled. */
record OAuth2ProxySettings(String start, String cookieName, Set<String> allowedOrigins, boolean acceptConsent) {
    SessionCookies sessionCookies() {
        return new SessionCookies(cookieName);
    }
}
