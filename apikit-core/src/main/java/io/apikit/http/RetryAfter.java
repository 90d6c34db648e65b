package io.apikit.http;

import io.apikit.internal.util.HeaderSeconds;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.hc.client5.http.utils.DateUtils;

/** The {@code Retry-After} header: seconds, or a date in any of HTTP's three forms (RFC 9110, sections 10.2.3, 5.6.7). */
public final class RetryAfter {
    private static final Pattern SECONDS = Pattern.compile("[0-9]+");

    /** 15 digits are 31 million years, and still fit. */
    private static final int DIGITS = 15;

    private RetryAfter() {}

    /** Whether the header means "come back" with this status; with others it is ignored. */
    public static boolean appliesTo(int status) {
        return status == 429 || status == 503;
    }

    static boolean isWellFormed(String value) {
        return SECONDS.matcher(value).matches() || date(value).isPresent();
    }

    /** How long to wait from now; empty for garbage and for a date that has passed. */
    public static Optional<Duration> delay(String value, Instant now) {
        if (SECONDS.matcher(value).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(bounded(value))));
        }
        return date(value).filter(date -> date.isAfter(now)).map(date -> Duration.between(now, date));
    }

    /** The header's value for a wait of this long: whole seconds, rounded up, at least one. */
    public static String in(Duration wait) {
        return Long.toString(HeaderSeconds.roundUp(wait));
    }

    private static String bounded(String digits) {
        return digits.length() <= DIGITS ? digits : "9".repeat(DIGITS);
    }

    private static Optional<Instant> date(String value) {
        return Optional.ofNullable(DateUtils.parseStandardDate(value));
    }
}
