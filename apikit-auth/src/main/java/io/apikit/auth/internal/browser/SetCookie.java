package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import io.apikit.internal.util.HttpSyntax;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One {@code Set-Cookie} header (RFC 6265, section 5.2). {@code Domain} is ignored: a cookie is sent only to the origin
 * that set it. Its {@code toString} shows the name alone. Immutable.
 *
 * @param name not empty
 * @param value empty in a deletion
 * @param path its {@code Path}, or empty for the default
 * @param isSecure whether it has the attribute {@code Secure}
 * @param life how long it lives; zero or negative deletes it; empty if it has no end
 */
public record SetCookie(String name, String value, String path, boolean isSecure, Optional<Duration> life) {
    /** No cookie lives longer than 400 days (RFC 6265bis, section 5.5). */
    private static final Duration MAX_LIFE = Duration.ofDays(400);

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
        // A server's dates are compared with the server's own clock, if it sends its time.
        var now = response.header("Date").flatMap(CookieDate::parse).orElseGet(Instant::now);
        return response.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Set-Cookie"))
                .flatMap(header -> header.getValue().stream())
                .flatMap(unfolded)
                .flatMap(line -> parse(line, now).stream())
                .toList();
    }

    static Optional<SetCookie> parse(String line, Instant now) {
        var parts = line.split(";", -1);
        var equals = parts[0].indexOf('=');
        if (equals < 1 || HttpSyntax.hasAsciiControl(line.replace('\t', ' '))) {
            return Optional.empty();
        }
        var attributes = Arrays.stream(parts)
                .skip(1)
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(
                        part -> part[0].strip().toLowerCase(Locale.ROOT),
                        part -> part.length < 2 ? "" : part[1].strip(),
                        (first, last) -> last));
        var name = parts[0].substring(0, equals).strip();
        var value = parts[0].substring(equals + 1).strip();
        // A tab between the parts is a space; one inside of them would be a control character of the next request.
        return name.isEmpty() || HttpSyntax.hasAsciiControl(name + value)
                ? Optional.empty()
                : Optional.of(new SetCookie(
                        name,
                        value,
                        attributes.getOrDefault("path", ""),
                        attributes.containsKey("secure"),
                        life(attributes, now)));
    }

    /** Whether it deletes the cookie: its life is over, or its value is empty. */
    public boolean isDeletion() {
        return value.isEmpty()
                || life.filter(left -> left.isZero() || left.isNegative()).isPresent();
    }

    @Override
    public String toString() {
        return "SetCookie[" + name + "]";
    }

    private static Optional<Duration> life(Map<String, String> attributes, Instant now) {
        return seconds(attributes.getOrDefault("max-age", ""))
                .or(() ->
                        CookieDate.parse(attributes.getOrDefault("expires", "")).map(end -> Duration.between(now, end)))
                .map(life -> life.compareTo(MAX_LIFE) > 0 ? MAX_LIFE : life);
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
