package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.token.TokenResponse;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
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
            case 400, 401, 403 -> throw refusal(words(response), credentials);
            default -> {
                if (!response.isSuccess()) {
                    throw failure(response);
                }
                var parsed = TokenResponse.of(response);
                if (parsed.text("error").isPresent()
                        && parsed.text("access_token").isEmpty()) {
                    throw refusal(words(parsed), credentials);
                }
                return parsed;
            }
        }
    }

    /**
     * Returns the error of a response that is no success. A server may have issued a token all the same, so its body is
     * the error's content only if it is a text that is no JSON.
     */
    private static BackendError failure(BackendResponse response) {
        var error = response.toError();
        var type = response.header("Content-Type").orElse("text/plain").toLowerCase(Locale.ROOT);
        var isText = type.startsWith("text/")
                && error.content().filter(content -> content.contains("{")).isEmpty();
        var words = words(response).orElse("The login endpoint responded with the status " + response.status() + ".");
        return isText ? error : error.withContent(words);
    }

    /** Only the fields that are made for it: the text of an HTML page is no reason. */
    private static Optional<String> words(BackendResponse response) {
        try {
            return words(TokenResponse.of(response));
        } catch (BackendError e) {
            return Optional.empty();
        }
    }

    private static Optional<String> words(TokenResponse response) {
        var description = response.text("error_description").or(() -> response.text("message"));
        return response.text("error")
                .map(error -> description.map(text -> error + ": " + text).orElse(error))
                .or(() -> description);
    }

    /** Returns the login that signs with this token, for as long as {@link TokenResponse#life} says. */
    static Login login(
            TokenTemplate template, TokenResponse response, @Nullable Duration configured, InstantSource clock) {
        var login = Login.of(template.headers(response)).withSecrets(template.secrets(response));
        return response.life(template.fields(), configured, clock)
                .map(login::expiresIn)
                .orElse(login);
    }

    /** The secrets are masked: the backend's words may quote what it was sent. */
    private static LoginRefused refusal(Optional<String> words, Credentials credentials) {
        return words.map(said ->
                        new LoginRefused(REFUSED, SecretMask.of(credentials).masked(said)))
                .orElseGet(() -> new LoginRefused(REFUSED));
    }
}
