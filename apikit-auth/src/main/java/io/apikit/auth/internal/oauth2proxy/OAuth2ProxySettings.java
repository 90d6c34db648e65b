package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.PageLogin;
import java.util.Optional;
import java.util.Set;

/**
 * The chosen options of the {@code oauth2-proxy} mode. Immutable.
 *
 * @param start the path or address where a login starts, with its query
 * @param publicOrigin the origin by which browsers know the backend; empty if it is the backend's own
 * @param loginPages the paths of the proxy's origin that are the identity provider's
 * @param cookieName the name of the session cookie
 * @param allowedOrigins origins that a login may visit besides the backend's and the identity provider's
 * @param pages what is chosen for the pages of a login
 */
public record OAuth2ProxySettings(
        String start,
        Optional<String> publicOrigin,
        LoginPaths loginPages,
        String cookieName,
        Set<String> allowedOrigins,
        PageLogin.Settings pages) {
    /** Returns the reader of the session cookies. */
    public ProxySessionCookies sessionCookies() {
        return new ProxySessionCookies(cookieName);
    }

    /** Returns the proxy's endpoints, and what is known of its origins. */
    ProxyEndpoints endpoints(String backend) {
        return ProxyEndpoints.of(this, backend);
    }
}
