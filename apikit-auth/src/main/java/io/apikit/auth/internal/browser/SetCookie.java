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
 * One {@code Set-Cookie} header (RFC 6265, section 5.2). Its {@code toString} shows the name alone. Immutable.
 *
 * @param name not empty; a login takes each name and value that is parsed
 * @param value empty in a deletion
 * @param domain its {@code Domain} in lower case, without a dot at its start; empty if it has none
 * @param path its {@code Path}, or empty for the default
 * @param isSecure whether it has the attribute {@code Secure}
 * @param life how long it lives; zero or negative deletes it; empty if it has no end, or an end by a clock that is not known
 */
public record SetCookie(
        String name, String value, String domain, String path, boolean isSecure, Optional<Duration> life) {
    /** No cookie lives longer than 400 days (RFC 6265bis, section 5.5). */
    private static final Duration MAX_LIFE = Duration.ofDays(400);

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
                        // An empty attribute is none (RFC 6265, section 5.2.3).
                        (first, last) -> last.isEmpty() ? first : last));
        var name = parts[0].substring(0, equals).strip();
        var value = parts[0].substring(equals + 1).strip();
        // A tab between the parts is a space; one inside of them would be a control character of the next request.
        return name.isEmpty() || !HttpSyntax.isLatin1FieldValue(name + value)
                ? Optional.empty()
                : Optional.of(new SetCookie(
                        name,
                        value,
                        domain(attributes.getOrDefault("domain", "")),
                        attributes.getOrDefault("path", ""),
                        attributes.containsKey("secure"),
                        life(attributes, now)));
    }

    /** Whether it deletes the cookie: its life is over, or its value is empty. */
    public boolean isDeletion() {
        return value.isEmpty()
                || life.filter(left -> left.isZero() || left.isNegative()).isPresent();
    }

    /**
     * Returns where the cookie is valid; empty if the host may not set a cookie for its {@code Domain}. A public suffix is
     * not refused: no cookie is sent to another host.
     *
     * @param from where it was set
     */
    public Optional<CookieScope> scope(Address from) {
        var host = from.host();
        return domain.isEmpty() || CookieScope.isWithin(host, domain)
                ? Optional.of(new CookieScope(domain.isEmpty() ? host : domain, pathFor(from)))
                : Optional.empty();
    }

    private String pathFor(Address from) {
        return path.startsWith("/") ? path : CookieScope.defaultPath(from.path());
    }

    @Override
    public String toString() {
        return "SetCookie[" + name + "]";
    }

    private static String domain(String attribute) {
        return (attribute.startsWith(".") ? attribute.substring(1) : attribute).toLowerCase(Locale.ROOT);
    }

    private static Optional<Duration> life(Map<String, String> attributes, Optional<Instant> now) {
        return seconds(attributes.getOrDefault("max-age", ""))
                .or(() ->
                        CookieDate.parse(attributes.getOrDefault("expires", "")).flatMap(end -> until(end, now)))
                .map(life -> life.compareTo(MAX_LIFE) > 0 ? MAX_LIFE : life);
    }

    private static Optional<Duration> until(Instant end, Optional<Instant> now) {
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
