package io.apikit.auth.internal.browser;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A date as browsers read it (RFC 6265, section 5.1.1): a time, a day, a month and a year, in any order and with anything
 * between them. Servers still send two-digit years, dashes, and names of days that do not fit.
 */
final class CookieDate {
    /** No date that a server means is longer. */
    private static final int MOST_CHARACTERS = 256;

    private static final Pattern DELIMITER = Pattern.compile("[\\t -/;-@\\[-`{-~]+");
    private static final Pattern TIME = Pattern.compile("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(?:\\D.*)?");
    private static final Pattern DAY = Pattern.compile("(\\d{1,2})(?:\\D.*)?");
    private static final Pattern YEAR = Pattern.compile("(\\d{2,4})(?:\\D.*)?");
    private static final List<String> MONTHS =
            List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");

    private int[] time = {};
    private int day = -1;
    private int month;
    private int year = -1;

    private CookieDate() {}

    /** Returns the moment that a text means; empty if it is no date. */
    static Optional<Instant> parse(String text) {
        if (text.length() > MOST_CHARACTERS) {
            return Optional.empty();
        }
        var date = new CookieDate();
        DELIMITER.splitAsStream(text).forEach(date::read);
        return date.moment();
    }

    private void read(String token) {
        var clock = TIME.matcher(token);
        if (time.length == 0 && clock.matches()) {
            time = new int[] {number(clock.group(1)), number(clock.group(2)), number(clock.group(3))};
        } else if (day < 0 && DAY.matcher(token).matches()) {
            day = number(token.replaceFirst("\\D.*", ""));
        } else if (month == 0 && monthOf(token) > 0) {
            month = monthOf(token);
        } else if (year < 0 && YEAR.matcher(token).matches()) {
            year = fullYear(number(token.replaceFirst("\\D.*", "")));
        }
    }

    private static int number(@Nullable String digits) {
        return Integer.parseInt(String.valueOf(digits));
    }

    private static int monthOf(String token) {
        return token.length() < 3 ? 0 : 1 + MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
    }

    private static int fullYear(int year) {
        if (year >= 70 && year <= 99) {
            return 1900 + year;
        }
        return year < 70 ? 2000 + year : year;
    }

    private Optional<Instant> moment() {
        if (time.length == 0 || year < 1601) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDateTime.of(year, month, day, time[0], time[1], time[2])
                    .toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
