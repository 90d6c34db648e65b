package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import io.apikit.http.internal.client.PublicSuffixes;
import io.apikit.internal.util.HttpSyntax;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One {@code Set-Cookie} header (RFC 6265, section 5.2, and RFC 6265bis, section 5.6). Its {@code toString} shows the
 * name alone. Immutable.
 *
 * @param name empty if the cookie has none; a login takes each other name and value that is parsed
 * @param value may be empty
 * @param domain its {@code Domain} in lower case, without a dot at its start; empty if it has none
 * @param path its {@code Path}, or empty for the default
 * @param isSecure whether it has the attribute {@code Secure}
 * @param life how long it lives; zero or negative deletes it; empty if it has no end, or an end by a clock that is not known
 */
public record SetCookie(
        String name, String value, String domain, String path, boolean isSecure, Optional<Duration> life) {
    /** No cookie lives longer than 400 days (RFC 6265bis, section 5.5). */
    private static final Duration MAX_LIFE = Duration.ofDays(400);

    private static final String SECURE_PREFIX = "__Secure-";
    private static final String HOST_PREFIX = "__Host-";

    /** A date before this one deletes a cookie by any clock. Servers send 1970. */
    private static final Instant LONG_PAST = Instant.parse("2000-01-01T00:00:00Z");

    /** Returns the cookies that a response sets, in order, without malformed ones. */
    public static List<SetCookie> in(BackendResponse response) {
        return in(response, Stream::of);
    }

    /**
     * Returns the cookies that a response sets, in order, without malformed ones.
     *
     * @param unfolded splits a header line that may contain several cookies
     */
    public static List<SetCookie> in(BackendResponse response, Function<String, Stream<String>> unfolded) {
        if (response.header("Set-Cookie").isEmpty()) {
            return List.of();
        }
        // A server's dates are compared with the server's own clock alone. This machine's may be a day ahead.
        var now = response.header("Date").flatMap(CookieDate::parse);
        return response.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Set-Cookie"))
                .flatMap(header -> header.getValue().stream())
                .flatMap(unfolded)
                .flatMap(line -> parse(line, now).stream())
                .toList();
    }

    /**
     * Returns the cookie of a header line; empty if it is malformed.
     *
     * @param now the server's time; empty if it is not known
     */
    static Optional<SetCookie> parse(String line, Optional<Instant> now) {
        if (HttpSyntax.hasAsciiControl(line.replace('\t', ' '))) {
            return Optional.empty();
        }
        var parts = line.split(";", -1);
        var equals = parts[0].indexOf('=');
        var name = equals < 0 ? "" : parts[0].substring(0, equals).strip();
        var value = parts[0].substring(equals + 1).strip();
        // A tab between the parts is a space; one inside of them would be a control character of the next request.
        if (!HttpSyntax.isLatin1FieldValue(name + value) || isDisguised(name, value)) {
            return Optional.empty();
        }
        var attributes = new Attributes(now);
        Arrays.stream(parts).skip(1).map(part -> part.split("=", 2)).forEach(attributes::read);
        return Optional.of(
                new SetCookie(name, value, attributes.domain, attributes.path, attributes.isSecure, attributes.life()));
    }

    /** Whether a cookie without a name has no value either, or would be read as another one with a name. */
    private static boolean isDisguised(String name, String value) {
        return name.isEmpty() && (value.isEmpty() || value.contains("=") || hasPrefix(value));
    }

    /** Whether it deletes the cookie of an oauth2-proxy: its life is over, or its value is empty. */
    public boolean isDeletion() {
        return value.isEmpty()
                || life.filter(left -> left.isZero() || left.isNegative()).isPresent();
    }

    /**
     * Returns where the cookie is valid; empty if the host may not set a cookie for its {@code Domain}, or if that is a
     * public suffix, such as {@code co.uk}.
     *
     * @param from where it was set
     */
    public Optional<CookieScope> scope(Address from) {
        var host = from.host();
        var isItsOwn = domain.isEmpty() || domain.equals(host);
        return isItsOwn || (CookieScope.isWithin(host, domain) && !PublicSuffixes.contains(domain))
                ? Optional.of(new CookieScope(isItsOwn ? host : domain, pathFor(from)))
                : Optional.empty();
    }

    /** Returns whether it is for the host alone that has set it. A host that is a public suffix has no other. */
    boolean isHostOnly(Address from) {
        return domain.isEmpty() || (domain.equals(from.host()) && PublicSuffixes.contains(domain));
    }

    /** Returns whether its name has a prefix with a meaning (RFC 6265bis, section 4.1.3). */
    boolean hasPrefix() {
        return hasPrefix(name);
    }

    private static boolean hasPrefix(String name) {
        return startsWith(name, SECURE_PREFIX) || startsWith(name, HOST_PREFIX);
    }

    /** Returns whether a cookie from a secure place is what the prefix of its name says (RFC 6265bis, section 5.7). */
    boolean fitsItsPrefix(boolean isHostOnly) {
        return !hasPrefix() || (isSecure && (!startsWith(name, HOST_PREFIX) || (isHostOnly && path.equals("/"))));
    }

    private static boolean startsWith(String name, String prefix) {
        return name.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    private String pathFor(Address from) {
        return path.startsWith("/") ? path : CookieScope.defaultPath(from.path());
    }

    @Override
    public String toString() {
        return "SetCookie[" + name + "]";
    }

    /** The attributes of one header line. Of those of one name the last valid one counts (RFC 6265bis, section 5.6). */
    private static final class Attributes {
        private static final int MAX_LENGTH = 1_024;

        private final Optional<Instant> now;
        private String domain = "";
        private String path = "";
        private boolean isSecure;
        private Optional<Duration> maxAge = Optional.empty();
        private Optional<Duration> expires = Optional.empty();

        private Attributes(Optional<Instant> now) {
            this.now = now;
        }

        private void read(String[] parts) {
            var value = parts.length < 2 ? "" : parts[1].strip();
            if (value.length() > MAX_LENGTH) {
                return;
            }
            switch (parts[0].strip().toLowerCase(Locale.ROOT)) {
                case "domain" -> domain = (value.startsWith(".") ? value.substring(1) : value).toLowerCase(Locale.ROOT);
                case "path" -> path = value;
                case "secure" -> isSecure = true;
                case "max-age" -> maxAge = seconds(value).or(() -> maxAge);
                case "expires" ->
                    expires = CookieDate.parse(value).flatMap(this::until).or(() -> expires);
                default -> {
                    // HttpOnly, SameSite and unknown ones.
                }
            }
        }

        private Optional<Duration> life() {
            return maxAge.or(() -> expires).map(life -> life.compareTo(MAX_LIFE) > 0 ? MAX_LIFE : life);
        }

        private Optional<Duration> until(Instant end) {
            return now.map(serverTime -> Duration.between(serverTime, end))
                    .or(() -> end.isBefore(LONG_PAST) ? Optional.of(Duration.ZERO) : Optional.empty());
        }

        private static Optional<Duration> seconds(String maxAge) {
            if (!maxAge.matches("-?\\d+")) {
                return Optional.empty();
            }
            if (maxAge.startsWith("-")) {
                return Optional.of(Duration.ZERO);
            }
            return Optional.of(maxAge.length() > 9 ? MAX_LIFE : Duration.ofSeconds(Long.parseLong(maxAge)));
        }
    }

    /**
     * A date as browsers read it (RFC 6265, section 5.1.1): a time, a day, a month and a year, in any order and with
     * anything between them. Servers still send two-digit years, dashes, and names of days that do not fit.
     */
    private static final class CookieDate {
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
            return token.length() < 3
                    ? 0
                    : 1 + MONTHS.indexOf(token.substring(0, 3).toLowerCase(Locale.ROOT));
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
}
