package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cookies of one login. Each is sent only to the origin that set it, which is stricter than RFC 6265: the scheme
 * and the port count, and no {@code Domain} opens another host. A cookie for the {@code Domain} of another host is
 * dropped, as one of more than 4 KiB is. A Secure cookie is kept only from https and from this machine.
 */
final class CookieJar {
    private final Map<Key, SetCookie> cookies = new LinkedHashMap<>();

    private record Key(String origin, String name, CookieScope scope) {}

    void store(Address from, BackendResponse response) {
        SetCookie.in(response).forEach(cookie -> store(from, cookie));
    }

    private void store(Address from, SetCookie cookie) {
        cookie.scope(from)
                .map(scope -> new Key(from.origin(), cookie.name(), scope))
                .ifPresent(key -> store(from, key, cookie));
    }

    private void store(Address from, Key key, SetCookie cookie) {
        if (cookie.isDeletion()) {
            cookies.remove(key);
        } else if ((!cookie.isSecure() || from.isHttps() || from.isLoopback())
                && CookieLimits.bytes(cookie.name(), cookie.value()) <= CookieLimits.MAX_BYTES) {
            cookies.put(key, cookie);
        }
    }

    /**
     * Returns the {@code Cookie} header of a request, longest path first (RFC 6265, section 5.4); empty if there is no
     * cookie.
     */
    Optional<String> header(Address to) {
        var line = cookies.entrySet().stream()
                .filter(entry -> entry.getKey().origin().equals(to.origin()))
                .filter(entry -> entry.getKey().scope().covers(to.path()))
                .sorted(Comparator.comparingInt(
                        entry -> -entry.getKey().scope().path().length()))
                .map(entry -> entry.getKey().name() + "=" + entry.getValue().value())
                .collect(Collectors.joining("; "));
        return line.isEmpty() ? Optional.empty() : Optional.of(line);
    }
}
