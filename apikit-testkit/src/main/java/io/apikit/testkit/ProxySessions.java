package io.apikit.testkit;

import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/** Who is logged in at the proxy: nothing but a value that it handed out, whole, counts. */
final class ProxySessions {
    private static final int MOST = 100_000;

    private final Bounded<ProxySession> byValue = new Bounded<>(MOST);
    private final AtomicLong epoch = new AtomicLong();
    private final ProxySettings settings;
    private final SessionCookie cookie;
    private volatile CookieSize size;

    ProxySessions(ProxySettings settings, CookieSize size) {
        this.settings = settings;
        this.cookie = new SessionCookie(settings);
        this.size = size;
    }

    /** The user of this request; takes the chance to replace an old cookie or to delete a dead one. */
    Optional<String> user(Context ctx) {
        Optional<String> shown = cookie.read(ctx);
        Optional<ProxySession> session = shown.flatMap(byValue::get).filter(this::alive);
        session.filter(this::old).ifPresent(old -> begin(ctx, old.user()));
        if (shown.isPresent() && session.isEmpty() && settings.clearDeadCookies()) {
            cookie.clear(ctx);
        }
        return session.map(ProxySession::user);
    }

    private boolean alive(ProxySession session) {
        return now().isBefore(session.expires());
    }

    private boolean old(ProxySession session) {
        Duration refresh = settings.cookieRefresh();
        boolean aged = !refresh.isZero() && !now().isBefore(session.made().plus(refresh));
        return aged || session.epoch() < epoch.get();
    }

    /** Hands out a new cookie; older ones of the same user stay as they are, as with the real, stateless proxy. */
    void begin(Context ctx, String user) {
        CookieSize current = size;
        String value = current.fill(Tokens.next());
        Instant made = now();
        byValue.put(value, new ProxySession(user, value, made, made.plus(settings.sessionLife()), epoch.get()));
        cookie.write(ctx, value, current);
    }

    /** Ends the session of this request alone. */
    void end(Context ctx) {
        cookie.read(ctx).ifPresent(byValue::take);
        cookie.clear(ctx);
    }

    void clear(Context ctx) {
        cookie.clear(ctx);
    }

    void expireAll() {
        byValue.clear();
    }

    void expire(String user) {
        byValue.removeIf(session -> session.user().equals(user));
    }

    void refreshNow() {
        epoch.incrementAndGet();
    }

    void split(int parts) {
        size = size.withParts(parts);
    }

    private Instant now() {
        InstantSource clock = settings.clock();
        return clock.instant();
    }
}
