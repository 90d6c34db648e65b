package io.apikit.auth;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.oauth2proxy.OAuth2ProxySettings;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.internal.util.HttpSyntax;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/**
 * The options of the {@code oauth2-proxy} mode. Used once, in the lambda of
 * {@code Authenticator.oauth2Proxy(options -> ...)}; not thread-safe.
 *
 * <pre>{@code
 * Authenticator.oauth2Proxy(options -> options.cookieName("_my_proxy").allowOrigin("https://sso.example.org"))
 * }</pre>
 *
 * <p>A scripted login is for backends that offer nothing else. If the proxy accepts JWT bearer tokens
 * ({@code --skip-jwt-bearer-tokens}) or Basic credentials ({@code --htpasswd-file}), prefer those.
 */
public final class OAuth2ProxyOptions {
    private String start = "/oauth2/start";
    private String cookieName = "_oauth2_proxy";
    private final Set<String> origins = new LinkedHashSet<>();
    private boolean acceptConsent;

    OAuth2ProxyOptions() {}

    /**
     * Sets where a login starts: a path from the root of the backend's origin, or an absolute address on that origin.
     * The part before {@code /start} is the proxy's prefix. With a start on another origin each login fails with a 502:
     * the session cookie from there would not be sent to the backend. Default: {@code /oauth2/start}.
     *
     * @throws IllegalArgumentException if it is neither, does not end in {@code /start}, or has a query or user info
     */
    public OAuth2ProxyOptions start(String pathOrUri) {
        Objects.requireNonNull(pathOrUri, "start");
        var address = address("start", pathOrUri.startsWith("/") ? "http://backend" + pathOrUri : pathOrUri);
        if (!address.path().endsWith("/start") || !address.query().isEmpty() || pathOrUri.startsWith("//")) {
            throw new IllegalArgumentException(
                    "start of oauth2-proxy must be a path or address that ends in /start, such as /oauth2/start");
        }
        this.start = pathOrUri;
        return this;
    }

    /**
     * Sets the name of the proxy's session cookie, its {@code --cookie-name}. Default: {@code _oauth2_proxy}.
     *
     * @throws IllegalArgumentException if it is no cookie name (RFC 6265, section 4.1.1)
     */
    public OAuth2ProxyOptions cookieName(String name) {
        if (!HttpSyntax.isToken(Objects.requireNonNull(name, "cookieName"))) {
            throw new IllegalArgumentException("cookieName of oauth2-proxy is no cookie name: '" + name + "'");
        }
        this.cookieName = name;
        return this;
    }

    /**
     * Allows a login to visit this origin too, {@code scheme://host[:port]}; repeatable. The credentials may be filled
     * in there. Default: the backend's origin and the one that the proxy's start redirects to, over https or on this
     * machine.
     *
     * @throws IllegalArgumentException if it is no http or https origin
     */
    public OAuth2ProxyOptions allowOrigin(String origin) {
        var address = address("allowOrigin", Objects.requireNonNull(origin, "allowOrigin"));
        if (!address.target().equals("/")) {
            throw new IllegalArgumentException(
                    "allowOrigin of oauth2-proxy must be scheme://host[:port], without a path: " + address);
        }
        origins.add(address.origin());
        return this;
    }

    /**
     * Sets whether a login agrees if the identity provider asks the user to let the proxy see the account. Default:
     * false. The login is then refused, and the user can agree once in a browser.
     */
    public OAuth2ProxyOptions acceptConsent(boolean accept) {
        this.acceptConsent = accept;
        return this;
    }

    OAuth2ProxySettings settings() {
        return new OAuth2ProxySettings(start, cookieName, Set.copyOf(origins), acceptConsent);
    }

    private static Address address(String option, String text) {
        try {
            return Address.of(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    option + " of oauth2-proxy is " + e.getMessage() + ": '" + BaseUrl.masked(text) + "'", e);
        }
    }
}
