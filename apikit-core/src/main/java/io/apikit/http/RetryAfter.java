package io.apikit.http;

import io.apikit.internal.util.HeaderSeconds;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How long a backend asks its clients to wait. The {@code Retry-After} header (RFC 9110, section 10.2.3) is in seconds, or
 * a date in any of HTTP's three forms (RFC 9110, section 5.6.7). Where there is none, {@code RateLimit-Reset} and
 * {@code X-RateLimit-Reset} are read. Thread-safe.
 */
public final class RetryAfter {
    /** The name of the header. */
    public static final String HEADER = "Retry-After";

    private static final Pattern SECONDS = Pattern.compile("[0-9]+");

    /** 15 digits are 31 million years, and still fit. */
    private static final int MAX_DIGITS = 15;

    private RetryAfter() {}

    /** Returns whether the header applies to a response of this status: 429 and 503. With others it is ignored. */
    public static boolean appliesTo(int status) {
        return status == 429 || status == 503;
    }

    /**
     * Returns how long a response asks to wait from {@code now}. Empty for a status to which that does not apply.
     *
     * <p>Without a useful {@code Retry-After}, the reset of a rate limit counts: {@code RateLimit-Reset} (the IETF's draft)
     * or {@code X-RateLimit-Reset}. Servers give it in seconds, in seconds since 1970, in milliseconds since 1970, or as a
     * date. It does not count where {@code RateLimit-Remaining} or {@code X-RateLimit-Remaining} is above zero:
     * the limit is then not the reason.
     */
    public static Optional<Duration> of(BackendResponse response, Instant now) {
        if (!appliesTo(response.status())) {
            return Optional.empty();
        }
        return response.header(HEADER)
                .flatMap(value -> delay(value, now))
                .or(() -> Resets.delay(response, "RateLimit-", now))
                .or(() -> Resets.delay(response, "X-RateLimit-", now));
    }

    static boolean isWellFormed(String value) {
        return SECONDS.matcher(value).matches() || Dates.parse(value).isPresent();
    }

    /** Returns how long to wait from {@code now}; empty for a malformed value and for a date that has passed. */
    public static Optional<Duration> delay(String value, Instant now) {
        if (SECONDS.matcher(value).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(bounded(value))));
        }
        return Dates.parse(value).filter(date -> date.isAfter(now)).map(date -> Duration.between(now, date));
    }

    /** Returns the header's value for a wait of this length: whole seconds, rounded up, at least one. */
    public static String format(Duration wait) {
        return Long.toString(HeaderSeconds.roundUp(wait));
    }

    private static String bounded(String digits) {
        return digits.length() <= MAX_DIGITS ? digits : "9".repeat(MAX_DIGITS);
    }

    /** The reset of a rate limit, which has no form that all servers agree on. */
    private static final class Resets {
        private static final Pattern NUMBER = Pattern.compile("([0-9]{1,15})(\\.[0-9]{1,9})?");

        /** As a number of seconds it is 31 years, and as a time since 1970 it is in 2001. */
        private static final BigDecimal SINCE_1970 = new BigDecimal("1e9");

        /** In seconds since 1970 it is in the year 33658. */
        private static final BigDecimal MILLIS_SINCE_1970 = new BigDecimal("1e12");

        private static final Pattern NONE_LEFT = Pattern.compile("0*");

        static Optional<Duration> delay(BackendResponse response, String prefix, Instant now) {
            var remaining = response.header(prefix + "Remaining").orElse("").strip();
            return NONE_LEFT.matcher(remaining).matches()
                    ? response.header(prefix + "Reset").flatMap(reset -> delay(reset.strip(), now))
                    : Optional.empty();
        }

        private static Optional<Duration> delay(String reset, Instant now) {
            if (!NUMBER.matcher(reset).matches()) {
                return Dates.parse(reset).filter(date -> date.isAfter(now)).map(date -> Duration.between(now, date));
            }
            var number = new BigDecimal(reset);
            if (number.compareTo(MILLIS_SINCE_1970) >= 0) {
                return positive(millis(number).minusMillis(now.toEpochMilli()));
            }
            var duration = millis(number.movePointRight(3));
            return positive(number.compareTo(SINCE_1970) >= 0 ? duration.minusMillis(now.toEpochMilli()) : duration);
        }

        private static Duration millis(BigDecimal number) {
            return Duration.ofMillis(number.setScale(0, RoundingMode.CEILING).longValue());
        }

        /** A reset that has passed, or zero, says nothing about the next request. */
        private static Optional<Duration> positive(Duration wait) {
            return Optional.of(wait).filter(each -> !each.isNegative() && !each.isZero());
        }
    }

    /** Apart, so that the formatters are made with the first date: most backends send seconds, or nothing. */
    private static final class Dates {
        private static final List<DateTimeFormatter> FORMS = Stream.of(
                        "EEE, dd MMM yyyy HH:mm:ss zzz", "EEEE, dd-MMM-yy HH:mm:ss zzz", "EEE MMM ppd HH:mm:ss yyyy")
                .map(Dates::formatter)
                .toList();

        private static DateTimeFormatter formatter(String pattern) {
            return new DateTimeFormatterBuilder()
                    .parseLenient()
                    .parseCaseInsensitive()
                    .appendPattern(pattern)
                    .toFormatter(Locale.ENGLISH)
                    .withZone(ZoneOffset.UTC);
        }

        static Optional<Instant> parse(String text) {
            return FORMS.stream().flatMap(form -> parse(text, form).stream()).findFirst();
        }

        private static Optional<Instant> parse(String text, DateTimeFormatter form) {
            try {
                return Optional.of(form.parse(text, Instant::from));
            } catch (DateTimeException ignored) { // Another form, or no date.
                return Optional.empty();
            }
        }
    }
}
