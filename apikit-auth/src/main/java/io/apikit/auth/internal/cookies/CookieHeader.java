package io.apikit.auth.internal.cookies;

import io.apikit.http.BackendRequest;
import io.apikit.http.Headers;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The one header for all cookies of a request (RFC 6265, section 5.4). */
public final class CookieHeader {
    private static final String COOKIE = "Cookie";

    private CookieHeader() {}

    /**
     * Returns a header with these cookies, and with those of a request that cannot take the place of one.
     *
     * @param ours the cookies of the session
     * @param isOwned whether a name belongs to the session too; it gets names in lower case
     */
    public static Headers joined(String ours, BackendRequest request, Predicate<String> isOwned) {
        var names = names(ours);
        var own = request.headers().all(COOKIE).stream()
                .flatMap(CookieHeader::pairs)
                .filter(pair -> !names.contains(name(pair)) && !isOwned.test(name(pair)));
        return Headers.of(Map.of(COOKIE, Stream.concat(pairs(ours), own).collect(Collectors.joining("; "))));
    }

    /** Returns the names of these cookies, in lower case. */
    public static Set<String> names(String cookies) {
        return pairs(cookies).map(CookieHeader::name).collect(Collectors.toSet());
    }

    /** Returns the values of these cookies. */
    static Stream<String> values(String cookies) {
        return pairs(cookies).map(pair -> pair.substring(pair.indexOf('=') + 1));
    }

    /** Returns the cookies of a request; empty if it has none. */
    static Optional<String> of(Headers request) {
        return request.first(COOKIE);
    }

    private static Stream<String> pairs(String cookies) {
        return Arrays.stream(cookies.split(";")).map(String::strip).filter(pair -> !pair.isEmpty());
    }

    /** Some servers ignore the case. */
    private static String name(String pair) {
        return pair.split("=", 2)[0].strip().toLowerCase(Locale.ROOT);
    }
}
