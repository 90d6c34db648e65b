package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.auth.internal.oauth2proxy.ProxySession.CookieSource;
import io.apikit.http.BackendResponse;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Reads the proxy's session cookie: a whole one, or the parts {@code _0}, {@code _1}, and so on, of one that is too
 * long. Thread-safe.
 */
public final class ProxySessionCookies {
    private final String name;
    private final Pattern own;

    /** oauth2-proxy 7.0 joins the parts that it renews by commas into one header line (against RFC 6265, section 3). */
    private final Pattern fold;

    ProxySessionCookies(String name) {
        this.name = name;
        this.own = Pattern.compile(Pattern.quote(name) + "(_\\d{1,3})?");
        this.fold = Pattern.compile(",\\s*(?=" + Pattern.quote(name) + "(_\\d{1,3})?=)");
    }

    /**
     * Returns the session that a response sets, by a whole cookie or by all of its parts; empty if it sets none, or one that
     * does not replace the session's cookies (RFC 6265, section 5.3).
     */
    public Optional<ProxySession> session(BackendResponse response, CookieSource source) {
        if (setsNone(response)) {
            return Optional.empty();
        }
        var set = in(response).stream()
                .filter(cookie -> own.matcher(cookie.name()).matches() && !cookie.isDeletion())
                .filter(cookie -> source.scopeOf(cookie).isPresent())
                .toList();
        var whole = set.stream().filter(cookie -> cookie.name().equals(name)).reduce((first, last) -> last);
        return whole.map(List::of).or(() -> parts(set)).flatMap(cookies -> session(cookies, source));
    }

    /** The parts of one session have one scope. */
    private static Optional<ProxySession> session(List<SetCookie> parts, CookieSource source) {
        var scopes = parts.stream()
                .flatMap(part -> source.scopeOf(part).stream())
                .distinct()
                .toList();
        return scopes.size() == 1
                ? Optional.of(ProxySession.of(parts, source.from(), scopes.get(0), ""))
                : Optional.empty();
    }

    /** Parts count only if none is missing. */
    private Optional<List<SetCookie>> parts(List<SetCookie> set) {
        var parts = new TreeMap<Integer, SetCookie>();
        set.forEach(cookie -> parts.put(number(cookie.name()), cookie));
        var complete = !parts.isEmpty() && parts.lastKey() == parts.size() - 1;
        return complete ? Optional.of(List.copyOf(parts.values())) : Optional.empty();
    }

    private int number(String part) {
        return Integer.parseInt(part.substring(name.length() + 1));
    }

    /** Whether a response deletes the session cookie or starts a login. In both cases the session is dead. */
    boolean areRevokedBy(BackendResponse response, CookieSource source) {
        return !setsNone(response)
                && in(response).stream()
                        .anyMatch(cookie -> cookie.isDeletion()
                                ? own.matcher(cookie.name()).matches()
                                        && source.scopeOf(cookie).isPresent()
                                : isCsrf(cookie, source));
    }

    /** Whether a response starts a login. */
    boolean startLogin(BackendResponse response, CookieSource source) {
        return !setsNone(response) && in(response).stream().anyMatch(cookie -> isCsrf(cookie, source));
    }

    /** Most responses set no cookie. */
    private static boolean setsNone(BackendResponse response) {
        return response.header("Set-Cookie").isEmpty();
    }

    private List<SetCookie> in(BackendResponse response) {
        return SetCookie.in(response, fold::splitAsStream);
    }

    @Override
    public String toString() {
        return name;
    }

    private boolean isCsrf(SetCookie cookie, CookieSource source) {
        return cookie.name().startsWith(name + "_")
                && startsLogin(cookie)
                && cookie.scope(source.from()).isPresent();
    }

    /** Whether it is the cookie of a login that has started: {@code <name>_csrf}, or {@code <name>_<state>_csrf}. */
    static boolean startsLogin(SetCookie cookie) {
        return cookie.name().endsWith("_csrf") && !cookie.isDeletion();
    }
}
