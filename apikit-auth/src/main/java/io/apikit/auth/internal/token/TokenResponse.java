package io.apikit.auth.internal.token;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a login answered with a success: a JSON object that should hold a token. Nonsense in it is a broken login. */
public final class TokenResponse {
    /** What promises more is as good as for ever, and keeps the arithmetic away from its limits. */
    private static final BigDecimal MOST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(36_500).toSeconds());

    private static final int MOST_DIGITS = 32;

    private final Map<?, ?> fields;

    private TokenResponse(Map<?, ?> fields) {
        this.fields = fields;
    }

    /** Reads the answer; 502 if it is no JSON object. */
    public static TokenResponse of(BackendResponse response) {
        return new TokenResponse(response.json(Map.class));
    }

    /** A field that must be there as text or a number, and not blank. */
    public String required(String field) {
        return text(field).orElseThrow(() -> BackendError.of(502, "The login answered without a '" + field + "'."));
    }

    public Optional<String> text(String field) {
        var value = fields.get(field);
        return value instanceof String || value instanceof Number
                ? Optional.of(value.toString()).filter(text -> !text.isBlank())
                : Optional.empty();
    }

    /**
     * How long the token lives: {@code expires_in} (RFC 6749, section 5.1), else what a JWT says, else the configured
     * life. A life that is not positive, or no number, tells nothing.
     */
    public Optional<Duration> life(List<String> tokenFields, @Nullable Duration configured, InstantSource clock) {
        return text("expires_in")
                .flatMap(TokenResponse::seconds)
                .or(() -> tokenFields.stream()
                        .flatMap(field -> text(field).stream())
                        .flatMap(token -> JwtLifetime.of(token, clock).stream())
                        .findFirst())
                .or(() -> Optional.ofNullable(configured));
    }

    private static Optional<Duration> seconds(String number) {
        if (number.length() > MOST_DIGITS) {
            return Optional.empty(); // To read a number takes time that grows with the square of its length.
        }
        try {
            var seconds = new BigDecimal(number.strip()).min(MOST_SECONDS);
            return Optional.of(Duration.ofSeconds(seconds.longValue())).filter(life -> life.toSeconds() > 0);
        } catch (NumberFormatException notANumber) {
            return Optional.empty();
        }
    }
}
