package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.auth.SessionKeys.SessionKey;
import io.apikit.internal.caller.ClientNetwork;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The callers' sessions, by a keyed digest of their credentials: another password is another session. Bounded, with an
 * idle time and a maximum age. Refused credentials have no session: they are kept in a cache of their own, so that
 * wrong passwords remove no session. Thread-safe.
 */
final class SessionPool {
    private final SessionKeys keys = new SessionKeys();
    private final Cache<SessionKey, CallerSession> sessions;
    private final Cache<SessionKey, LoginFailure> refusals;
    private final PasswordGuessLimiter guesses;
    private final BiFunction<Account, Refusals, CallerSession> opener;
    private final SessionSettings settings;

    SessionPool(SessionSettings settings, BiFunction<Account, Refusals, CallerSession> opener) {
        this.settings = settings;
        this.opener = opener;
        this.sessions = settings.bounded(settings.maxSessions())
                .expireAfterAccess(settings.idle())
                .expireAfterWrite(settings.age())
                .build();
        this.refusals = settings.bounded(settings.maxSessions())
                // Each refusal knows its exact end; the cache may ignore a rewrite within one second.
                .expireAfterWrite(settings.coolDown().plusSeconds(1))
                .build();
        this.guesses = new PasswordGuessLimiter(settings, keys);
    }

    /**
     * Returns the session of an account that does not come from a request.
     *
     * @throws io.apikit.BackendError 401 or 502 while its refusal is remembered
     */
    CallerSession session(Account account) {
        return session(account, Optional::empty);
    }

    /**
     * Returns the session of an account; opens it if there is none.
     *
     * @param source the source of the request with the account; used only if there is no session yet
     * @throws io.apikit.BackendError 401 or 502 while its refusal is remembered, 429 if too many passwords were refused
     */
    CallerSession session(Account account, Supplier<Optional<ClientNetwork>> source) {
        var key = keys.of(account);
        var known = sessions.getIfPresent(key);
        return known == null ? sessions.get(key, absent -> open(absent, account, source)) : known;
    }

    /** Returns the number of sessions, without those that have expired. */
    long size() {
        sessions.cleanUp();
        return sessions.estimatedSize();
    }

    /** Removes all sessions and refusals. */
    void clear() {
        sessions.invalidateAll();
        refusals.invalidateAll();
    }

    /**
     * Checks for a refusal inside the cache's own computation. A refusal is stored before its session is removed, so it
     * is seen by every thread that opens the next session.
     */
    private CallerSession open(SessionKey key, Account account, Supplier<Optional<ClientNetwork>> source) {
        var refusal = fresh(key);
        if (refusal != null) {
            throw LoginFailure.forOneWaiter(refusal.error());
        }
        return opener.apply(account, new RefusalsOfKey(key, guesses.begin(key, account, source.get())));
    }

    private @Nullable LoginFailure fresh(SessionKey key) {
        var refusal = refusals.getIfPresent(key);
        return refusal != null && refusal.isFresh(settings.timing().nanoTime()) ? refusal : null;
    }

    private final class RefusalsOfKey implements Refusals {
        private final SessionKey key;
        private final PasswordGuessLimiter.PasswordAttempt guess;

        private RefusalsOfKey(SessionKey key, PasswordGuessLimiter.PasswordAttempt guess) {
            this.key = key;
            this.guess = guess;
        }

        @Override
        public void accepted() {
            guess.accepted();
        }

        @Override
        public void add(LoginFailure refusal) {
            // If two sessions have the same credentials, the later refusal counts.
            refusals.asMap().merge(key, refusal, LoginFailure::later);
            sessions.invalidate(key);
            guess.refused();
        }

        @Override
        public @Nullable LoginFailure fresh() {
            return SessionPool.this.fresh(key);
        }
    }

    /**
     * The results for one session's credentials. They outlive the session, which may be removed during the cool-down.
     */
    interface Refusals {
        /** The credentials were refused: removes the session, and stores the refusal for the next one. */
        void add(LoginFailure refusal);

        /** The credentials were accepted. */
        void accepted();

        /** Returns the last refusal, if its cool-down has not ended. */
        @Nullable
        LoginFailure fresh();
    }
}
