package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RandomTokens;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** The sessions of the proxy. Only a complete value that the proxy has issued is a session. Thread-safe. */
final class ProxySessions {
    private static final int MOST = 100_000;

    private final BoundedMap<Session> byValue = new BoundedMap<>(MOST);
    private final AtomicLong epoch = new AtomicLong();
    private final ProxySettings settings;
    private final SplitSessionCookie cookie;
    private final SessionRefreshPolicy refreshPolicy;
    private volatile CookieSplit split;

    ProxySessions(ProxySettings settings, CookieSplit split) {
        this.settings = settings;
        this.cookie = new SplitSessionCookie(settings);
        this.refreshPolicy = settings.refreshPolicy();
        this.split = split;
    }

    /** Returns the user of this request. The response replaces a cookie that is due, or deletes a dead one. */
    Optional<String> user(Context ctx) {
        Optional<String> shown = cookie.read(ctx);
        Optional<Session> session =
                shown.flatMap(byValue::get).filter(this::alive).filter(live -> kept(ctx, live));
        if (session.isEmpty() && (shown.isPresent() || settings.version().deletesLonePart())) {
            clearDead(ctx);
        }
        return session.map(Session::user);
    }

    private boolean alive(Session session) {
        return now().isBefore(session.expires());
    }

    /** Refreshes the session if it is due. Returns whether the session still exists. */
    private boolean kept(Context ctx, Session session) {
        if (refreshPolicy.isLost(session.made())) {
            return false;
        }
        boolean due = refreshPolicy.isDue(session.made()) || session.epoch() < epoch.get();
        if (due && redeem(session)) {
            begin(ctx, session.user());
            return true;
        }
        return !due || !refreshPolicy.tokensHaveExpired(session.made());
    }

    private boolean redeem(Session session) {
        return !session.redeemed().getAndSet(true) || !settings.rotatingRefresh();
    }

    /** Sets a new cookie. Older cookies of the user stay valid, as with the real proxy, which keeps no state. */
    void begin(Context ctx, String user) {
        CookieSplit current = split;
        String value = current.fill(RandomTokens.next(), content -> SignedCookieValue.tail(content, settings.clock()));
        Instant made = now();
        byValue.put(
                value, new Session(user, made, made.plus(settings.sessionLife()), epoch.get(), new AtomicBoolean()));
        cookie.write(ctx, value, current);
    }

    /**
     * Deletes the cookies at the client. A client that keeps them is still logged in: the real proxy has no list
     * either.
     */
    void clear(Context ctx) {
        cookie.clear(ctx);
    }

    /** Does the same as {@link #clear}, unless the proxy is set to keep dead cookies. */
    void clearDead(Context ctx) {
        if (settings.clearDeadCookies()) {
            cookie.clear(ctx);
        }
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
        split = split.withParts(parts);
    }

    private Instant now() {
        InstantSource clock = settings.clock();
        return clock.instant();
    }

    /**
     * A session. Its key is the value of its cookie.
     *
     * @param epoch the number of calls of {@link #refreshNow} when it was made
     * @param redeemed whether its refresh token has been used
     */
    record Session(String user, Instant made, Instant expires, long epoch, AtomicBoolean redeemed) {
        @Override
        public String toString() {
            return "Session[user=" + user + ", expires=" + expires + "]";
        }
    }
}
