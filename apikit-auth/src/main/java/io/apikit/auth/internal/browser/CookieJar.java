package io.apikit.auth.internal.browser;

import io.apikit.http.BackendResponse;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The cookies of one login. Each is sent only to the origin that set it, which is stricter than RFC 6265: the scheme
 * and the port count, and {@code Domain} is ignored. A Secure cookie is kept only from https and from this machine.
 */
final class CookieJar {
    private final Map<Key, SetCookie> cookies = new LinkedHashMap<>();

    private record Key(String origin, String name, String path) {}

    void store(Address from, BackendResponse response) {
        SetCookie.in(response).forEach(cookie -> store(from, cookie));
    }

    private void store(Address from, SetCookie cookie) {
        var path = cookie.path().startsWith("/") ? cookie.path() : defaultPath(from.path());
        var key = new Key(from.origin(), cookie.name(), path);
        if (cookie.isDeletion()) {
            cookies.remove(key);
        } else if (!cookie.isSecure() || from.isHttps() || from.isLoopback()) {
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
                .filter(entry -> covers(entry.getKey().path(), to.path()))
                .sorted(Comparator.comparingInt(entry -> -entry.getKey().path().length()))
                .map(entry -> entry.getKey().name() + "=" + entry.getValue().value())
                .collect(Collectors.joining("; "));
        return line.isEmpty() ? Optional.empty() : Optional.of(line);
    }

    /** The folder of the request's path (RFC 6265, section 5.1.4). */
    private static String defaultPath(String path) {
        return path.lastIndexOf('/') <= 0 ? "/" : path.substring(0, path.lastIndexOf('/'));
    }

    private static boolean covers(String cookiePath, String path) {
        return path.equals(cookiePath) || path.startsWith(cookiePath.endsWith("/") ? cookiePath : cookiePath + "/");
    }
}
