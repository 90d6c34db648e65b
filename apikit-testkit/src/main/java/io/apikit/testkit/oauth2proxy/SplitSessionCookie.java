package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.RequestCookies;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Optional;

/** The value of a session in the cookies of a client: in one, or split into {@code _0}, {@code _1} and so on. */
final class SplitSessionCookie {
    private final String name;
    private final ProxyCookieWriter writer;
    private final Duration life;

    SplitSessionCookie(ProxySettings settings) {
        this.name = settings.cookieName();
        this.writer = settings.cookieWriter();
        this.life = settings.sessionLife();
    }

    /** Returns the one cookie, or all parts joined. With a stale part left over, the value is unknown to the proxy. */
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

    void write(Context ctx, String value, CookieSplit split) {
        if (split.parts() == 1) {
            writer.keep(ctx, name, value, life);
            return;
        }
        for (int number = 0; number < split.parts(); number++) {
            int from = number * split.partBytes();
            int to = Math.min(value.length(), from + split.partBytes());
            writer.keep(ctx, part(number), value.substring(from, to), life);
        }
    }

    /** Deletes every cookie and part of the session that the client sent. */
    void clear(Context ctx) {
        RequestCookies.of(ctx).names().stream().filter(this::isSession).forEach(found -> writer.delete(ctx, found));
    }

    private boolean isSession(String cookie) {
        return cookie.equals(name)
                || (cookie.startsWith(name + "_")
                        && cookie.substring(name.length() + 1).matches("\\d+"));
    }

    private String part(int number) {
        return name + "_" + number;
    }
}
