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
    private final BiFunction<Account, Entry, CallerSession> opener;
    private final SessionSettings settings;

    SessionPool(SessionSettings settings, BiFunction<Account, Entry, CallerSession> opener) {
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
        return opener.apply(account, new Entry(key, guesses.begin(key, account, source.get())));
    }

    private @Nullable LoginFailure fresh(SessionKey key) {
        var refusal = refusals.getIfPresent(key);
        return refusal != null && refusal.isFresh(settings.timing().nanoTime()) ? refusal : null;
    }

    /**
     * What the pool knows about one session's credentials; it stays known while the session is dropped for a refusal.
     */
    final class Entry {
        private final SessionKey key;
        private final PasswordGuessLimiter.PasswordAttempt guess;

        private Entry(SessionKey key, PasswordGuessLimiter.PasswordAttempt guess) {
            this.key = key;
            this.guess = guess;
        }

        /** The backend has accepted the credentials. */
        void accept() {
            guess.accepted();
        }

        /**
         * The credentials were refused: their session is dropped, and cannot be opened again until the cool-down ends.
         */
        void refuse(LoginFailure refusal) {
            // Of two sessions of the same credentials the later refusal counts.
            refusals.asMap().merge(key, refusal, LoginFailure::later);
            sessions.invalidate(key);
            guess.refused();
        }

        /** The latest refusal, if it still counts; another session of the same credentials may have met it. */
        @Nullable
        LoginFailure refusal() {
            return fresh(key);
        }
    }
}
