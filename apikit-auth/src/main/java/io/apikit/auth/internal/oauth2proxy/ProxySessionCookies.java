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
    private static final String PART = "(_(0|[1-9]\\d{0,2}))?";

    private final String name;
    private final Pattern own;

    /** oauth2-proxy 7.0 joins the parts that it renews by commas into one header line (against RFC 6265, section 3). */
    private final Pattern fold;

    ProxySessionCookies(String name) {
        this.name = name;
        this.own = Pattern.compile(Pattern.quote(name) + PART);
        this.fold = Pattern.compile(",\\s*(?=" + Pattern.quote(name) + PART + "=)");
    }

    /**
     * Returns the session that a response sets, by a whole cookie, by all of its parts, or by a new first part of the cookie
     * that the source has; empty if it sets none, or one that does not replace the session's cookies (RFC 6265, section 5.3).
     */
    public Optional<ProxySession> session(BackendResponse response, CookieSource source) {
        if (setsNone(response)) {
            return Optional.empty();
        }
        var set = set(response, source);
        var whole = set.stream().filter(cookie -> cookie.name().equals(name)).reduce((first, last) -> last);
        return whole.map(List::of)
                .or(() -> parts(set))
                .flatMap(cookies -> session(cookies, source))
                .or(() -> isFirstPart(set, response, source)
                        ? session(set, source).map(part -> part.over(source.before()))
                        : Optional.empty());
    }

    /** Returns the session cookies, whole ones and parts, that a response sets for the session. */
    List<SetCookie> set(BackendResponse response, CookieSource source) {
        return in(response).stream()
                .filter(cookie -> isOwn(cookie) && !cookie.isDeletion())
                .filter(cookie -> source.scopeOf(cookie).isPresent())
                .toList();
    }

    /** The parts of one session have one scope. */
    private static Optional<ProxySession> session(List<SetCookie> parts, CookieSource source) {
        var scopes = parts.stream()
                .flatMap(part -> source.scopeOf(part).stream())
                .distinct()
                .toList();
        return scopes.size() == 1 ? Optional.of(ProxySession.of(parts, scopes.get(0))) : Optional.empty();
    }

    /** Parts count only if none is missing. A cookie that fits into one part is not split. */
    private Optional<List<SetCookie>> parts(List<SetCookie> set) {
        var parts = new TreeMap<Integer, SetCookie>();
        set.forEach(cookie -> parts.put(number(cookie.name()), cookie));
        var complete = parts.size() > 1 && parts.lastKey() == parts.size() - 1;
        return complete ? Optional.of(List.copyOf(parts.values())) : Optional.empty();
    }

    /**
     * Whether a response renews the first part alone, and takes no other away. A browser keeps the other parts. Servers that
     * pass on one {@code Set-Cookie} of the proxy, such as an nginx with {@code auth_request}, respond in this way.
     */
    private boolean isFirstPart(List<SetCookie> set, BackendResponse response, CookieSource source) {
        return !set.isEmpty()
                && set.stream().allMatch(cookie -> cookie.name().equals(name + "_0"))
                && source.before().containsKey(name + "_0")
                && source.before().size() > 1
                && in(response).stream().noneMatch(cookie -> isOwn(cookie) && cookie.isDeletion());
    }

    private boolean isOwn(SetCookie cookie) {
        return own.matcher(cookie.name()).matches();
    }

    private int number(String part) {
        return Integer.parseInt(part.substring(name.length() + 1));
    }

    /** Whether a response deletes the session cookie or starts a login. In both cases the session is dead. */
    boolean areRevokedBy(BackendResponse response, CookieSource source) {
        return !setsNone(response)
                && in(response).stream()
                        .anyMatch(cookie -> cookie.isDeletion()
                                ? isOwn(cookie) && source.scopeOf(cookie).isPresent()
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
