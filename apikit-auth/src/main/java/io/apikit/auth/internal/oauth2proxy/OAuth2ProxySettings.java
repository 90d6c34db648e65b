package io.apikit.auth.internal.oauth2proxy;

import java.util.Set;

/**
 * The chosen options of the {@code oauth2-proxy} mode. Immutable.
 *
 * @param start the path or address where a login starts
 * @param cookieName the name of the session cookie
 * @param allowedOrigins origins that a login may visit besides the backend's and the identity provider's
 * @param acceptConsent whether a login agrees to a page that asks for the user's consent
 */
public record OAuth2ProxySettings(String start, String cookieName, Set<String> allowedOrigins, boolean acceptConsent) {
    /** Returns the reader of the session cookies. */
    public ProxySessionCookies sessionCookies() {
        return new ProxySessionCookies(cookieName);
    }
}
