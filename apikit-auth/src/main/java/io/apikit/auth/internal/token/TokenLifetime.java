package io.apikit.auth.internal.token;

import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads the lifetime of a token from the fields of the object that it is in. What is not positive, or makes no sense, is ignored. */
final class TokenLifetime {
    /** A century: longer lives are cut to it, so that the arithmetic cannot overflow. */
    private static final BigDecimal MOST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(36_500).toSeconds());

    private static final int MOST_CHARACTERS = 40;

    /** Seconds since 1970 of the year 5138: more are milliseconds. */
    private static final BigDecimal LEAST_MILLISECONDS = BigDecimal.valueOf(100_000_000_000L);

    private TokenLifetime() {}

    /**
     * Returns the least life that these fields name: {@code expires_in} (RFC 6749, section 5.1) and
     * {@code lease_duration} in seconds, and {@code expires_at} in seconds or milliseconds since 1970, or as a date with its
     * zone (RFC 3339).
     */
    static Optional<Duration> of(Map<?, ?> fields, InstantSource clock) {
        return Stream.of(
                        number(fields, "expires_in").flatMap(TokenLifetime::positive),
                        number(fields, "lease_duration").flatMap(TokenLifetime::positive),
                        untilExpiry(fields, clock))
                .flatMap(Optional::stream)
                .min(Comparator.naturalOrder());
    }

    private static Optional<Duration> untilExpiry(Map<?, ?> fields, InstantSource clock) {
        var now = BigDecimal.valueOf(clock.millis());
        var ofNumber = number(fields, "expires_at")
                .map(since -> since.compareTo(LEAST_MILLISECONDS) < 0 ? since.movePointRight(3) : since);
        return ofNumber.or(() -> text(fields, "expires_at").flatMap(TokenLifetime::instant))
                .flatMap(end -> positive(end.subtract(now).movePointLeft(3)));
    }

    private static Optional<BigDecimal> instant(String date) {
        try {
            Instant instant = OffsetDateTime.parse(date).toInstant();
            return Optional.of(BigDecimal.valueOf(instant.toEpochMilli()));
        } catch (DateTimeException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> positive(BigDecimal seconds) {
        return Optional.of(Duration.ofSeconds(seconds.min(MOST_SECONDS).longValue()))
                .filter(life -> life.toSeconds() > 0);
    }

    private static Optional<BigDecimal> number(Map<?, ?> fields, String name) {
        return text(fields, name).flatMap(text -> {
            try {
                return Optional.of(new BigDecimal(text));
            } catch (NumberFormatException e) {
                return Optional.empty();
            }
        });
    }

    /** A longer text is not read: the time to parse a number grows with the square of its length. */
    private static Optional<String> text(Map<?, ?> fields, String name) {
        return TokenResponse.textOf(fields.get(name)).filter(text -> text.length() <= MOST_CHARACTERS);
    }
}
