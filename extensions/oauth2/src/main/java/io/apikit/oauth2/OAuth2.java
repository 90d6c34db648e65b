package io.apikit.oauth2;

import io.apikit.auth.Authenticator;
import io.apikit.http.Timing;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * The auth mode for backends that take OAuth 2.0 bearer tokens (RFC 6749, RFC 6750).
 *
 * <pre>{@code
 * Backend.at("https://api.example.org")
 *         .auth(OAuth2.oauth2(options -> options.issuer("https://id.example.org/realms/main")
 *                 .client(Credentials.passwordFile("my-service", Path.of("/run/secrets/client-secret")))
 *                 .passwordGrant()))
 *         .build();
 * }</pre>
 *
 * <p>{@link Authenticator#clientCredentials} is the short form for an id, a secret and a known token endpoint.
 */
public final class OAuth2 {
    private OAuth2() {}

    /**
     * Returns the mode that these options describe. One instance serves all callers, and is thread-safe. Nothing is sent
     * before the first login.
     *
     * <p>All requests go out over the backend's own transport for logins: its TLS, its limits and its deadline.
     *
     * @throws IllegalArgumentException if the options do not fit together, or the file of a private key cannot be used;
     *     the message names the option or the file
     */
    public static Authenticator oauth2(Consumer<OAuth2Options> options) {
        return oauth2(options, Timing.system(), InstantSource.system());
    }

    /**
     * @param timing for the age of the issuer's metadata
     * @param clock for the times in tokens and client assertions
     */
    static Authenticator oauth2(Consumer<OAuth2Options> options, Timing timing, InstantSource clock) {
        var chosen = new OAuth2Options();
        options.accept(chosen);
        return chosen.mode(timing, clock);
    }
}
