package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.auth.CredentialsDigest.SessionKey;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * The callers' sessions, found by a keyed digest of their credentials: another password is another session. Bounded,
 * with idle and maximum age. Refused credentials have no session: they are remembered beside the pool, so that wrong
 * passwords crowd nobody out.
 */
final class SessionPool {
    private static final int REFUSALS_PER_SESSION = 10;

    private final CredentialsDigest digest = new CredentialsDigest();
    private final Cache<SessionKey, PooledSession> sessions;
    private final Cache<SessionKey, LoginFailure> refusals;
    private final BiFunction<Account, Consumer<LoginFailure>, PooledSession> opening;
    private final SessionSettings settings;

    SessionPool(SessionSettings settings, BiFunction<Account, Consumer<LoginFailure>, PooledSession> opening) {
        this.settings = settings;
        this.opening = opening;
        this.sessions = settings.bounded(settings.maxSessions())
                .expireAfterAccess(settings.idle())
                .expireAfterWrite(settings.age())
                .build();
        this.refusals = settings.bounded((long) settings.maxSessions() * REFUSALS_PER_SESSION)
                .expireAfterWrite(settings.coolDown())
                .build();
    }

    PooledSession session(Account account) {
        return sessions.get(digest.of(account), key -> open(key, account));
    }

    void clear() {
        sessions.invalidateAll();
        refusals.invalidateAll();
    }

    /**
     * Looks for a refusal inside the pool's own computation: {@link #refused} notes the refusal before it drops the
     * session, so whoever opens a new one after that cannot miss it.
     */
    private PooledSession open(SessionKey key, Account account) {
        var refusal = refusals.getIfPresent(key);
        if (refusal != null && refusal.isFresh(settings.timing().nanoTime())) {
            throw LoginFailure.forOneWaiter(refusal.error());
        }
        return opening.apply(account, failure -> refused(key, failure));
    }

    private void refused(SessionKey key, LoginFailure failure) {
        refusals.put(key, failure);
        sessions.invalidate(key);
    }
}
