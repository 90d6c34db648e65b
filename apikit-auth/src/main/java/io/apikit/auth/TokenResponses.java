package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.token.TokenResponse;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Reads the responses to a login that is done by a token endpoint: as a login, a refusal or an error. */
final class TokenResponses {
    private static final String REFUSED = "The backend refused these credentials.";

    private TokenResponses() {}

    /**
     * Returns the token response to a login with these credentials.
     *
     * @throws LoginRefused for a 400, 401 or 403 (RFC 6749, section 5.2), or a success that contains an error and no
     *     token
     * @throws BackendError if the response is neither a success nor a refusal
     */
    static TokenResponse parse(BackendResponse response, Credentials credentials) throws LoginRefused {
        switch (response.status()) {
            case 400, 401, 403 -> throw refusal(response, credentials);
            default -> {
                var parsed = TokenResponse.of(response.orThrow());
                if (parsed.text("error").isPresent()
                        && parsed.text("access_token").isEmpty()) {
                    throw refusal(parsed, credentials);
                }
                return parsed;
            }
        }
    }

    /** Returns the login that signs with this token, for as long as {@link TokenResponse#life} says. */
    static Login login(
            TokenTemplate template, TokenResponse response, @Nullable Duration configured, InstantSource clock) {
        var login = Login.of(template.headers(response)).withSecrets(template.secrets(response));
        return response.life(template.fields(), configured, clock)
                .map(login::expiresIn)
                .orElse(login);
    }

    /** Only the two fields that are made for it: the text of an HTML page is no reason. */
    private static LoginRefused refusal(BackendResponse response, Credentials credentials) {
        try {
            return refusal(TokenResponse.of(response), credentials);
        } catch (BackendError e) {
            return new LoginRefused(REFUSED);
        }
    }

    /** The secrets are masked: the backend's words may quote what it was sent. */
    private static LoginRefused refusal(TokenResponse response, Credentials credentials) {
        var description = response.text("error_description").or(() -> response.text("message"));
        return response.text("error")
                .map(error -> description.map(text -> error + ": " + text).orElse(error))
                .or(() -> description)
                .map(words ->
                        new LoginRefused(REFUSED, SecretMask.of(credentials).masked(words)))
                .orElseGet(() -> new LoginRefused(REFUSED));
    }
}
