package io.apikit.oauth2;

import io.apikit.BackendError;
import io.apikit.auth.Login;
import io.apikit.http.BackendResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The JSON object that a token endpoint responds with (RFC 6749, section 5). Immutable. */
final class GrantResponse {
    /** The name of the secret that a login keeps for its renewal. */
    static final String REFRESH_TOKEN = "refresh_token";

    /** Servers write it as OAuth 2.0 spells it, or as the type of their own that issues it. */
    private static final Pattern BEARER = Pattern.compile("bearer[ _-]?(token)?", Pattern.CASE_INSENSITIVE);

    /** A century: longer lives are cut to it, so that the arithmetic cannot overflow. */
    private static final BigDecimal MOST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(36_500).toSeconds());

    private static final int MOST_DIGITS = 32;

    private final Map<?, ?> fields;

    private GrantResponse(Map<?, ?> fields) {
        this.fields = fields;
    }

    /** @throws BackendError 502 if the body is no JSON object */
    static GrantResponse of(BackendResponse response) {
        return new GrantResponse(response.json(Map.class));
    }

    /** Returns a field without spaces around it; empty if it is missing, blank, or neither text nor a number. */
    Optional<String> text(String field) {
        var value = fields.get(field);
        return value instanceof String || value instanceof Number
                ? Optional.of(value.toString().strip()).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /** Returns whether it is an error, whatever its status was: it has an error code and no token. */
    boolean isError() {
        return text("error").isPresent() && text("access_token").isEmpty();
    }

    /**
     * Returns the login that signs with the token, for as long as the response and the token say.
     *
     * @throws BackendError 502 if there is no token, or none that can be sent as a bearer token
     */
    Login login(InstantSource clock) {
        var token = text("access_token")
                .orElseThrow(() -> BackendError.of(502, "The token endpoint responded without an access_token."));
        requireBearer();
        // The token is masked by itself too, where an error quotes it without its scheme.
        var login = signedBy(token).secret("access_token", token);
        return life(clock).map(login::expiresIn).orElse(login);
    }

    private static Login signedBy(String token) {
        try {
            return Login.of(Map.of("Authorization", "Bearer " + token));
        } catch (IllegalArgumentException e) {
            throw BackendError.of(502, "The token endpoint issued an access_token that cannot be sent in a header.");
        }
    }

    /** A token of another type must not be sent as a bearer token (RFC 6749, section 7.1). Some servers leave the type out. */
    private void requireBearer() {
        text("token_type").filter(type -> !BEARER.matcher(type).matches()).ifPresent(type -> {
            throw BackendError.of(
                    502,
                    "The token endpoint issued a token of the type " + LogLine.name(type)
                            + ", which cannot be sent as a bearer token.");
        });
    }

    /**
     * Checks what an exchange has issued (RFC 8693, section 2.2.1).
     *
     * @param subject the caller's own token, which must not get to the backend
     * @throws BackendError 502 if it is no access token, or the caller's token again
     */
    void requireExchanged(String subject) {
        var issued = text("issued_token_type");
        if (issued.filter(type -> Grant.issuedTypes().anyMatch(type::equals)).isEmpty()) {
            throw BackendError.of(
                    502,
                    "The exchange issued a token "
                            + issued.map(type -> "of the type " + LogLine.name(type))
                                    .orElse("without an issued_token_type")
                            + ", and not an access token.");
        }
        if (text("access_token").filter(subject::equals).isPresent()) {
            throw BackendError.of(502, "The exchange returned the caller's own token.");
        }
    }

    /** Returns the least of {@code expires_in} and what a JWT says. The life of the refresh token is not that of the login. */
    Optional<Duration> life(InstantSource clock) {
        var ofToken = text("access_token").flatMap(token -> TokenLife.of(token, clock));
        return Stream.of(text("expires_in").flatMap(GrantResponse::seconds), ofToken)
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    private static Optional<Duration> seconds(String number) {
        if (number.length() > MOST_DIGITS) {
            return Optional.empty(); // The time to parse a number grows with the square of its length.
        }
        try {
            var seconds = new BigDecimal(number).min(MOST_SECONDS).longValue();
            return Optional.of(Duration.ofSeconds(seconds)).filter(life -> life.toSeconds() > 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Returns the server's words for the log: the error code and its description, with the secrets of the request masked. */
    String words(TokenForm sent) {
        var words = Stream.of("error", "error_description")
                .flatMap(field -> text(field).stream())
                .toList();
        return words.isEmpty() ? "no error code" : LogLine.of(sent.masked(String.join(": ", words)));
    }

    /** Names the fields without their values. */
    @Override
    public String toString() {
        return "GrantResponse" + List.copyOf(fields.keySet());
    }
}
