package io.apikit.auth.internal.oauth2proxy;

import java.util.Set;

/** The options of an {@code oauth2-proxy} mode, settled. */
public record OAuth2ProxySettings(String start, String cookieName, Set<String> allowedOrigins, boolean acceptConsent) {
    public ProxySessionCookies sessionCookies() {
        return new ProxySessionCookies(cookieName);
    }
}
