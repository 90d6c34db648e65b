package io.apikit.testkit.formsite;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RandomTokens;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** The sessions of the site, by the values of their cookies. Thread-safe. */
final class SiteSessions {
    private static final int MOST = 100_000;

    private final BoundedMap<SiteSession> byId = new BoundedMap<>(MOST);
    private final BoundedMap<SiteSession> byAreaId = new BoundedMap<>(MOST);
    private final InstantSource clock;
    private volatile Duration life;

    SiteSessions(InstantSource clock, Duration life) {
        this.clock = clock;
        this.life = life;
    }

    /** Begins a session of this user; an empty name is that of nobody. */
    SiteSession begin(String user) {
        SiteSession session = new SiteSession(user, clock.instant().plus(life));
        byId.put(session.id, session);
        byAreaId.put(session.areaId, session);
        return session;
    }

    void end(SiteSession session) {
        byId.take(session.id);
        byAreaId.take(session.areaId);
    }

    /** Returns the session of this id if it has not ended; a use makes its life begin again. */
    Optional<SiteSession> used(String id) {
        return byId.get(id).filter(session -> session.use(clock.instant(), life));
    }

    /** Returns the session of this id of the area, as {@link #used} does. */
    Optional<SiteSession> usedInArea(String areaId) {
        return byAreaId.get(areaId).filter(session -> session.use(clock.instant(), life));
    }

    void endAll() {
        byId.clear();
        byAreaId.clear();
    }

    void rotateTokens() {
        byId.all().forEach(SiteSession::rotateToken);
    }

    Duration life() {
        return life;
    }

    void life(Duration changed) {
        life = changed;
    }

    /** One session. Thread-safe. */
    static final class SiteSession {
        final String id = RandomTokens.next();
        final String areaId = RandomTokens.next();
        final String user;
        private volatile String token = RandomTokens.next();
        private volatile Instant end;

        private SiteSession(String user, Instant end) {
            this.user = user;
            this.end = end;
        }

        private synchronized boolean use(Instant now, Duration life) {
            if (!now.isBefore(end)) {
                return false;
            }
            end = now.plus(life);
            return true;
        }

        boolean isAnonymous() {
            return user.isEmpty();
        }

        String token() {
            return token;
        }

        private void rotateToken() {
            token = RandomTokens.next();
        }
    }
}
