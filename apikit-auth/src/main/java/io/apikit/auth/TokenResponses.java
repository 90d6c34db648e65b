package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.token.TokenResponse;
import io.apikit.auth.internal.token.TokenTemplate;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the responses to a login that is done by a token endpoint: as a login, a refusal or an error. */
final class TokenResponses {
    private static final String REFUSED = "The backend refused these credentials.";

    private TokenResponses() {}

    /**
     * Returns the token response to a login. A success that has all that the template takes is a login, whatever else it
     * has.
     *
     * @param mask the secrets of the login's request, which the backend's words may quote
     * @throws LoginRefused for a 400, 401 or 403 (RFC 6749, section 5.2), or a success that contains an error and no
     *     token
     * @throws BackendError if the response is neither a success nor a refusal. A 502 that names what is missing, for a
     *     success without an error and without a token
     */
    static TokenResponse parse(TokenTemplate template, BackendResponse response, SecretMask mask) throws LoginRefused {
        var isRefused = Set.of(400, 401, 403).contains(response.status());
        if (!isRefused && !response.isSuccess()) {
            throw mask.masked(failure(response));
        }
        var parsed = TokenResponse.of(response);
        if (isRefused || (parsed.saysError() && !template.fits(parsed))) {
            throw parsed.reason()
                    .map(said -> new LoginRefused(REFUSED, mask.masked(said)))
                    .orElseGet(() -> new LoginRefused(REFUSED));
        }
        return parsed;
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
        var words = TokenResponse.of(response)
                .reason()
                .orElse("The login endpoint responded with the status " + response.status() + ".");
        return isText ? error : error.withContent(words);
    }

    /** Returns the login that signs with this token, for as long as {@link TokenResponse#life} says. */
    static Login login(
            TokenTemplate template, TokenResponse response, @Nullable Duration configured, InstantSource clock) {
        var login = Login.of(template.headers(response)).withSecrets(template.secrets(response));
        return response.life(template.values(), configured, clock)
                .map(login::expiresIn)
                .orElse(login);
    }
}
