package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.internal.token.TokenResponse;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** What the answers of a token login mean, whichever protocol it speaks. */
final class TokenResponses {
    private static final String REFUSED = "The backend refused these credentials.";

    private TokenResponses() {}

    /**
     * The answer to a good login with these credentials.
     *
     * @throws LoginRefused for a 400, 401 or 403 (RFC 6749, section 5.2), or a success whose only news is an error
     * @throws BackendError if it is neither yes nor no
     */
    static TokenResponse answer(BackendResponse response, Credentials credentials) throws LoginRefused {
        switch (response.status()) {
            case 400, 401, 403 -> throw said(response, credentials);
            default -> {
                var answer = TokenResponse.of(response.orThrow());
                if (answer.text("error").isPresent()
                        && answer.text("access_token").isEmpty()) {
                    throw refusal(answer, credentials);
                }
                return answer;
            }
        }
    }

    static Login login(
            TokenTemplate template, TokenResponse answer, @Nullable Duration configured, InstantSource clock) {
        var login = template.login(answer);
        return answer.life(template.fields(), configured, clock)
                .map(login::expiresIn)
                .orElse(login);
    }

    /** Only the two fields made for it: a page of HTML tells nobody anything. */
    private static LoginRefused said(BackendResponse response, Credentials credentials) {
        try {
            return refusal(TokenResponse.of(response), credentials);
        } catch (BackendError noJson) {
            return new LoginRefused(REFUSED);
        }
    }

    /** The backend's own words may quote what it was sent. */
    private static LoginRefused refusal(TokenResponse answer, Credentials credentials) {
        var description = answer.text("error_description").or(() -> answer.text("message"));
        return answer.text("error")
                .map(error -> description.map(text -> error + ": " + text).orElse(error))
                .or(() -> description)
                .map(words ->
                        new LoginRefused(REFUSED, SecretMask.of(credentials).masked(words)))
                .orElseGet(() -> new LoginRefused(REFUSED));
    }
}
