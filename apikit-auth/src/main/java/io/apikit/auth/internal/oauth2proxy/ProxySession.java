package io.apikit.auth.internal.oauth2proxy;

import io.apikit.BackendError;
import io.apikit.auth.internal.browser.Address;
import io.apikit.auth.internal.browser.CookieScope;
import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.auth.internal.sharing.RecordReader;
import io.apikit.auth.internal.sharing.RecordWriter;
import io.apikit.http.BackendRequest;
import io.apikit.http.Transport;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A session with the proxy. Immutable; its {@code toString} shows no value of a cookie.
 *
 * @param cookies name and value of each cookie, in the order they came
 * @param life the shortest life of a cookie; empty if no cookie has an end
 * @param scope where the cookies are valid: a response replaces them only by cookies of the same scope
 * @param beginning what stays as it is when a response replaces the cookies
 */
public record ProxySession(
        Map<String, String> cookies, Optional<Duration> life, CookieScope scope, Beginning beginning) {
    private static final Pattern PART = Pattern.compile("_\\d{1,3}$");

    /**
     * How a session began.
     *
     * @param backend the backend's origin, as a browser knows it
     * @param provider the address of the identity provider that the proxy named
     */
    record Beginning(String backend, Optional<Address> provider) {
        /** That of a session of which nothing else is known. */
        private static final Beginning UNKNOWN = new Beginning("http://", Optional.empty());
    }

    public ProxySession {
        cookies = Collections.unmodifiableMap(new LinkedHashMap<>(cookies));
    }

    static ProxySession of(List<SetCookie> set, CookieScope scope) {
        var cookies = new LinkedHashMap<String, String>();
        set.forEach(cookie -> cookies.put(cookie.name(), cookie.value()));
        var life = set.stream().flatMap(cookie -> cookie.life().stream()).min(Duration::compareTo);
        return new ProxySession(cookies, life, scope, Beginning.UNKNOWN);
    }

    /** Reads a session that {@link #writeTo} has written. */
    public static ProxySession readFrom(RecordReader record) {
        var session = new ProxySession(
                record.texts(),
                record.optional(record::duration),
                new CookieScope(record.text(), record.text()),
                Beginning.UNKNOWN);
        return session.begun(new Beginning(
                record.text(), record.optional(() -> new Address(record.text(), record.text(), record.text()))));
    }

    /** Writes the session. */
    public void writeTo(RecordWriter record) {
        record.texts(cookies);
        record.optional(life, record::duration);
        record.text(scope.domain());
        record.text(scope.path());
        record.text(beginning.backend());
        record.optional(beginning.provider(), address -> {
            record.text(address.origin());
            record.text(address.path());
            record.text(address.query());
        });
    }

    /** Returns these cookies over those that a session had before. */
    ProxySession over(Map<String, String> before) {
        var all = new LinkedHashMap<>(before);
        all.putAll(cookies);
        return new ProxySession(all, life, scope, beginning);
    }

    ProxySession begun(Beginning how) {
        return new ProxySession(cookies, life, scope, how);
    }

    /** Returns these cookies as those of the session before them. */
    public ProxySession following(ProxySession before) {
        return begun(before.beginning);
    }

    /** Returns what can replace these cookies with a response of the backend to a request of this path. */
    public CookieSource at(String path) {
        return from(new Address(beginning.backend(), path, ""));
    }

    /** Returns what can replace these cookies with a response from this address. */
    CookieSource from(Address address) {
        return new CookieSource(address, Optional.of(scope), cookies);
    }

    /** Returns whether the proxy could take a cookie of this name for this session, or for a part of it. */
    public boolean owns(String cookie) {
        return cookies.keySet().stream().anyMatch(own -> whole(own).equalsIgnoreCase(whole(cookie)));
    }

    private static String whole(String name) {
        return PART.matcher(name).replaceFirst("");
    }

    /**
     * Ends the session at the proxy. That of the identity provider is not ended.
     *
     * @param base the origin that requests to the backend are sent to
     * @param origins gives the transport to an origin
     * @throws BackendError 502 if the proxy refuses it
     */
    public void end(OAuth2ProxySettings settings, String base, Function<String, Transport> origins) {
        var endpoints = settings.endpoints(base);
        var signOut = endpoints.signOut();
        var status = origins.apply(endpoints.sentTo(signOut.origin()))
                .send(signed(BackendRequest.get(signOut.target())))
                .status();
        if (status >= 400) {
            throw BackendError.of(502, "oauth2-proxy log-out: " + signOut + " answered " + status);
        }
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
     * @param before the session's cookies so far
     */
    public record CookieSource(Address from, Optional<CookieScope> scope, Map<String, String> before) {
        /** Of a login of which nothing is known: only cookies without a {@code Domain} and for all paths count. */
        public static final CookieSource UNKNOWN =
                new CookieSource(new Address("http://", "/", ""), Optional.of(new CookieScope("", "/")), Map.of());

        /** Returns the scope of a cookie that this source sets for the session; empty if it is another's cookie. */
        Optional<CookieScope> scopeOf(SetCookie cookie) {
            return cookie.scope(from)
                    .filter(own -> scope.isEmpty() || scope.get().equals(own));
        }

        @Override
        public String toString() {
            return "CookieSource[from=" + from + ", before=" + before.keySet() + "]";
        }
    }
}
