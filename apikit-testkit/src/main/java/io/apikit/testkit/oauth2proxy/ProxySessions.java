package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RandomTokens;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Who is logged in at the proxy: nothing but a value that it handed out, whole, counts. */
final class ProxySessions {
    private static final int MOST = 100_000;

    private final BoundedMap<Session> byValue = new BoundedMap<>(MOST);
    private final AtomicLong epoch = new AtomicLong();
    private final ProxySettings settings;
    private final SplitSessionCookie cookie;
    private final SessionRefreshPolicy age;
    private volatile CookieSplit size;

    ProxySessions(ProxySettings settings, CookieSplit size) {
        this.settings = settings;
        this.cookie = new SplitSessionCookie(settings);
        this.age = settings.age();
        this.size = size;
    }

    /** The user of this request; takes the chance to replace an old cookie or to delete a dead one. */
    Optional<String> user(Context ctx) {
        Optional<String> shown = cookie.read(ctx);
        Optional<Session> session =
                shown.flatMap(byValue::get).filter(this::alive).filter(live -> kept(ctx, live));
        if (session.isEmpty() && (shown.isPresent() || settings.version().missesParts())) {
            clearDead(ctx);
        }
        return session.map(Session::user);
    }

    private boolean alive(Session session) {
        return now().isBefore(session.expires());
    }

    /** Renews the session if its time has come; false if it is lost that way. */
    private boolean kept(Context ctx, Session session) {
        if (age.isLost(session.made())) {
            return false;
        }
        boolean due = age.isDue(session.made()) || session.epoch() < epoch.get();
        if (due && redeem(session)) {
            begin(ctx, session.user());
            return true;
        }
        return !due || !age.tokensAreOver(session.made());
    }

    private boolean redeem(Session session) {
        return !session.redeemed().getAndSet(true) || !settings.rotatingRefresh();
    }

    /** Hands out a new cookie; older ones of the same user stay as they are, as with the real, stateless proxy. */
    void begin(Context ctx, String user) {
        CookieSplit current = size;
        String value = current.fill(RandomTokens.next(), content -> SignedCookieValue.tail(content, settings.clock()));
        Instant made = now();
        byValue.put(
                value,
                new Session(user, value, made, made.plus(settings.sessionLife()), epoch.get(), new AtomicBoolean()));
        cookie.write(ctx, value, current);
    }

    /** The cookies go, but who kept them is still logged in: the real proxy keeps no list either. */
    void clear(Context ctx) {
        cookie.clear(ctx);
    }

    /** As {@link #clear}, unless the proxy leaves dead cookies alone. */
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
        size = size.withParts(parts);
    }

    private Instant now() {
        InstantSource clock = settings.clock();
        return clock.instant();
    }

    /**
     * One cookie value that the proxy handed out, and what it stands for.
     *
     * @param epoch the count of commanded refreshes when it was made
     * @param redeemed whether its refresh token has been used
     */
    record Session(String user, String value, Instant made, Instant expires, long epoch, AtomicBoolean redeemed) {
        @Override
        public String toString() {
            return "ProxySession[user=" + user + ", expires=" + expires + "]";
        }
    }
}
