package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.RequestCookies;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/** The session's value in the client's cookies: in one, or split into {@code _0}, {@code _1} and so on. */
final class SplitSessionCookie {
    private final String name;
    private final ProxyCookieWriter setCookie;
    private final Duration life;

    SplitSessionCookie(ProxySettings settings) {
        this.name = settings.cookieName();
        this.setCookie = settings.setCookie();
        this.life = settings.sessionLife();
    }

    /** The one cookie, else all parts joined: a stale part that was left over makes a value that nobody knows. */
    Optional<String> read(Context ctx) {
        RequestCookies cookies = RequestCookies.of(ctx);
        return cookies.get(name).or(() -> joined(cookies));
    }

    private Optional<String> joined(RequestCookies cookies) {
        StringBuilder value = new StringBuilder();
        Optional<String> part = cookies.get(part(0));
        for (int next = 1; part.isPresent(); next++) {
            value.append(part.orElseThrow());
            part = cookies.get(part(next));
        }
        return value.isEmpty() ? Optional.empty() : Optional.of(value.toString());
    }

    void write(Context ctx, String value, CookieSplit size) {
        if (size.parts() == 1) {
            setCookie.keep(ctx, name, value, life);
            return;
        }
        for (int number = 0; number < size.parts(); number++) {
            int from = number * size.partBytes();
            int to = Math.min(value.length(), from + size.partBytes());
            setCookie.keep(ctx, part(number), value.substring(from, to), life);
        }
    }

    /** Deletes whatever of the session the client sent. */
    void clear(Context ctx) {
        RequestCookies.of(ctx).names().stream().filter(this::mine).forEach(mine -> setCookie.delete(ctx, mine));
    }

    private boolean mine(String cookie) {
        return cookie.equals(name)
                || (cookie.startsWith(name + "_")
                        && cookie.substring(name.length() + 1).matches("\\d+"));
    }

    private String part(int number) {
        return name + "_" + number;
    }
}
