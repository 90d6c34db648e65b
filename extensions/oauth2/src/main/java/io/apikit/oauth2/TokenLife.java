package io.apikit.oauth2;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long a token that is a JWT (RFC 7519) lives: the lesser of {@code exp - iat} and {@code exp - now}. Nothing is
 * verified, since only the moment of the next login depends on it.
 */
final class TokenLife {
    private static final double MOST_SECONDS = 1e15;

    private TokenLife() {}

    /** Returns the positive life of a token; empty if it is no JWT or has no {@code exp}. */
    static Optional<Duration> of(String token, InstantSource clock) {
        var claims = Jwt.claims(token);
        var starts =
                Stream.of(number(claims, "iat"), Optional.of(clock.instant().getEpochSecond()));
        return number(claims, "exp")
                .flatMap(exp -> starts.flatMap(Optional::stream)
                        .map(start -> Duration.ofSeconds(exp - start))
                        .filter(life -> life.toSeconds() > 0)
                        .min(Comparator.naturalOrder()));
    }

    /** Returns the time left until {@code exp}; empty if that is unknown, or over by this machine's clock alone. */
    static Optional<Duration> left(String token, InstantSource clock) {
        return number(Jwt.claims(token), "exp")
                .map(exp -> Duration.ofSeconds(exp - clock.instant().getEpochSecond()))
                .filter(left -> left.toSeconds() > 0);
    }

    private static Optional<Long> number(Map<?, ?> claims, String name) {
        return claims.get(name) instanceof Number number && Math.abs(number.doubleValue()) < MOST_SECONDS
                ? Optional.of(number.longValue())
                : Optional.empty();
    }
}
