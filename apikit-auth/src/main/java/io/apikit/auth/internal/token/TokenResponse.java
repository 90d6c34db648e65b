package io.apikit.auth.internal.token;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A successful response of a login: a JSON object that should contain a token. Immutable. A response that makes no
 * sense counts as a broken login.
 */
public final class TokenResponse {
    /** A century: longer lives are cut to it, so that the arithmetic cannot overflow. */
    private static final BigDecimal MOST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(36_500).toSeconds());

    private static final int MOST_DIGITS = 32;

    private final Map<?, ?> fields;

    private TokenResponse(Map<?, ?> fields) {
        this.fields = fields;
    }

    /**
     * Parses a response.
     *
     * @throws BackendError 502 if the body is no JSON object
     */
    public static TokenResponse of(BackendResponse response) {
        return new TokenResponse(response.json(Map.class));
    }

    /**
     * Returns a field that has to be there.
     *
     * @throws BackendError 502 if it is missing, blank, or neither text nor a number
     */
    public String required(String field) {
        return text(field).orElseThrow(() -> BackendError.of(502, "The login answered without a '" + field + "'."));
    }

    /** Returns a field without spaces and line breaks around it; empty if it is missing, blank, or neither text nor a number. */
    public Optional<String> text(String field) {
        var value = fields.get(field);
        return value instanceof String || value instanceof Number
                ? Optional.of(value.toString().strip()).filter(text -> !text.isEmpty())
                : Optional.empty();
    }

    /**
     * Returns how long the token lives: the least of {@code expires_in} (RFC 6749, section 5.1) and what the fields that
     * are JWTs say ({@link JwtLifetime}), else the configured life. A life that is not positive, or no number, is ignored.
     *
     * @param tokenFields the fields that may contain a JWT
     * @param configured null if none is configured
     */
    public Optional<Duration> life(List<String> tokenFields, @Nullable Duration configured, InstantSource clock) {
        var ofTokens = tokenFields.stream()
                .flatMap(field -> text(field).stream())
                .flatMap(token -> JwtLifetime.of(token, clock).stream());
        return Stream.concat(text("expires_in").flatMap(TokenResponse::seconds).stream(), ofTokens)
                .min(Comparator.naturalOrder())
                .or(() -> Optional.ofNullable(configured));
    }

    private static Optional<Duration> seconds(String number) {
        if (number.length() > MOST_DIGITS) {
            return Optional.empty(); // The time to parse a number grows with the square of its length.
        }
        try {
            var seconds = new BigDecimal(number).min(MOST_SECONDS);
            return Optional.of(Duration.ofSeconds(seconds.longValue())).filter(life -> life.toSeconds() > 0);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
