package io.apikit.auth.internal.token;

import io.apikit.internal.util.DefaultJson;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Comparator;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Reads the lifetime of a token that is a JWT (RFC 7519): the lesser of {@code exp - iat} and the time left until
 * {@code exp}. A token that was issued some time ago has less than {@code exp - iat} left. The token is not verified,
 * because only the moment of our next login depends on the result.
 */
public final class JwtLifetime {
    /** A token has to fit into a header of some kilobytes. A larger one is not parsed. */
    private static final int MOST_CHARACTERS = 64 << 10;

    private JwtLifetime() {}

    /**
     * Returns the positive lifetime of a token; empty if it is no JWT or has no {@code exp}. A time left that is not
     * positive is ignored if there is an {@code iat}: this machine's clock is wrong then.
     */
    public static Optional<Duration> of(String token, InstantSource clock) {
        var parts = token.split("\\.", -1);
        if (parts.length != 3 || token.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        var claims = claims(parts[1]);
        var end = number(claims, "exp");
        var starts =
                Stream.of(number(claims, "iat"), Optional.of(clock.instant().getEpochSecond()));
        return end.flatMap(exp -> starts.flatMap(Optional::stream)
                .map(start -> Duration.ofSeconds(exp - start))
                .filter(life -> life.toSeconds() > 0)
                .min(Comparator.naturalOrder()));
    }

    private static Map<?, ?> claims(String payload) {
        try {
            var json = new String(Base64.getUrlDecoder().decode(payload), StandardCharsets.UTF_8);
            return Objects.requireNonNull(DefaultJson.MAPPER.<Map<?, ?>>fromJsonString(json, Map.class));
        } catch (Exception e) {
            // Javalin's mapper throws Jackson's checked exceptions undeclared. An opaque token may contain two dots as
            // well; that is no error.
            return Map.of();
        }
    }

    private static Optional<Long> number(Map<?, ?> claims, String name) {
        var value = claims.get(name);
        return value instanceof Number number && Math.abs(number.doubleValue()) < 1e15
                ? Optional.of(number.longValue())
                : Optional.empty();
    }
}
