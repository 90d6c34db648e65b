package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.CookieScope;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A session with the proxy. Immutable; its {@code toString} shows no value of a cookie.
 *
 * @param cookies name and value of each cookie, in the order they came
 * @param life the shortest life of a cookie; empty if no cookie has an end
 * @param proxy where the cookies were set
 * @param scope where the cookies are valid: a response replaces them only by cookies of the same scope
 * @param provider the origin of the identity provider that the login started at; empty before that is known
 */
public record ProxySession(
        Map<String, String> cookies, Optional<Duration> life, Address proxy, CookieScope scope, String provider) {
    private static final Pattern PART = Pattern.compile("_\\d{1,3}$");

    public ProxySession {
        cookies = Collections.unmodifiableMap(new LinkedHashMap<>(cookies));
    }

    static ProxySession of(List<SetCookie> set, Address proxy, CookieScope scope, String provider) {
        var cookies = new LinkedHashMap<String, String>();
        set.forEach(cookie -> cookies.put(cookie.name(), cookie.value()));
        var life = set.stream().flatMap(cookie -> cookie.life().stream()).min(Duration::compareTo);
        return new ProxySession(cookies, life, proxy, scope, provider);
    }

    /** Returns this session with the origin of its identity provider. */
    public ProxySession begunAt(String provider) {
        return new ProxySession(cookies, life, proxy, scope, provider);
    }

    /** Returns what can replace these cookies with a response to a request of this path. */
    public CookieSource at(String path) {
        return new CookieSource(new Address(proxy.origin(), path, ""), Optional.of(scope));
    }

    /** Returns whether the proxy could take a cookie of this name for this session, or for a part of it. */
    public boolean owns(String cookie) {
        return cookies.keySet().stream().anyMatch(own -> whole(own).equalsIgnoreCase(whole(cookie)));
    }

    private static String whole(String name) {
        return PART.matcher(name).replaceFirst("");
    }

    BackendRequest signed(BackendRequest request) {
        var pairs = cookies.entrySet().stream()
                .map(cookie -> cookie.getKey() + "=" + cookie.getValue())
                .collect(Collectors.joining("; "));
        return request.header("Cookie", pairs);
    }

    @Override
    public String toString() {
        return "ProxySession[cookies=" + cookies.keySet() + ", life=" + life + "]";
    }

    /**
     * Where a response comes from that may set the cookies of a session.
     *
     * @param from the address of the request
     * @param scope that of the session's cookies; empty if there is no session so far
     */
    public record CookieSource(Address from, Optional<CookieScope> scope) {
        /** Of a login of which nothing is known: only cookies without a {@code Domain} and for all paths count. */
        public static final CookieSource UNKNOWN =
                new CookieSource(new Address("http://", "/", ""), Optional.of(new CookieScope("", "/")));

        /** Returns the scope of a cookie that this source sets for the session; empty if it is another's cookie. */
        Optional<CookieScope> scopeOf(SetCookie cookie) {
            return cookie.scope(from)
                    .filter(own -> scope.isEmpty() || scope.get().equals(own));
        }
    }
}
