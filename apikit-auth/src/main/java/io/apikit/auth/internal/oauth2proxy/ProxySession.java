package io.apikit.auth.internal.oauth2proxy;

import io.apikit.auth.internal.browser.SetCookie;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A session with the proxy. Immutable; its {@code toString} shows no value of a cookie.
 *
 * @param cookies name and value of each cookie, in the order they came
 * @param life the shortest life of a cookie; empty if no cookie has an end
 */
public record ProxySession(Map<String, String> cookies, Optional<Duration> life) {
    public ProxySession {
        cookies = Collections.unmodifiableMap(new LinkedHashMap<>(cookies));
    }

    static ProxySession of(List<SetCookie> set) {
        var cookies = new LinkedHashMap<String, String>();
        set.forEach(cookie -> cookies.put(cookie.name(), cookie.value()));
        var life = set.stream().flatMap(cookie -> cookie.life().stream()).min(Duration::compareTo);
        return new ProxySession(cookies, life);
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
}
