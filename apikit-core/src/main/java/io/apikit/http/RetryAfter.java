package io.apikit.http;

import io.apikit.internal.util.HeaderSeconds;
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
 * The {@code Retry-After} header (RFC 9110, section 10.2.3): seconds, or a date in any of HTTP's three forms (RFC 9110,
 * section 5.6.7). Thread-safe.
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
