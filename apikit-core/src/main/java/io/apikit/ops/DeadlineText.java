package io.apikit.ops;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Pattern;

/** A deadline as a caller writes it: seconds, with a fraction or without, or a moment in RFC 3339. */
final class DeadlineText {
    /** Nine digits are more than a day, and cost nothing to read. */
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");

    static final Duration LONGEST = Duration.ofDays(1);

    private DeadlineText() {}

    /** Monotonic nanoseconds; empty for what is neither, and for what is more than a day off. */
    static Optional<Long> nanos(String value, long arrivedNanos, long nowNanos, Instant now) {
        return SECONDS.matcher(value).matches()
                ? seconds(value).map(left -> arrivedNanos + left.toNanos())
                : moment(value, now).map(left -> nowNanos + left.toNanos());
    }

    private static Optional<Duration> seconds(String value) {
        var nanos = new BigDecimal(value).movePointRight(9).longValueExact();
        return Optional.of(Duration.ofNanos(nanos)).filter(left -> left.compareTo(LONGEST) <= 0);
    }

    /** One that has passed is as good as now. */
    private static Optional<Duration> moment(String value, Instant now) {
        try {
            var left = Duration.between(now, OffsetDateTime.parse(value).toInstant());
            return Optional.of(left.isNegative() ? Duration.ZERO : left).filter(some -> some.compareTo(LONGEST) <= 0);
        } catch (DateTimeParseException neither) {
            return Optional.empty();
        }
    }
}
