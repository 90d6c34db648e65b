package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import io.apikit.auth.SessionKeys.SessionKey;
import io.apikit.internal.caller.ClientNetwork;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The callers' sessions, found by a keyed digest of their credentials: another password is another session. Bounded,
 * with idle and maximum age. Refused credentials have no session: they are remembered beside the pool, so that wrong
 * passwords crowd nobody out.
 */
final class SessionPool {
    private final SessionKeys keys = new SessionKeys();
    private final Cache<SessionKey, CallerSession> sessions;
    private final Cache<SessionKey, LoginFailure> refusals;
    private final PasswordGuessLimiter guesses;
    private final BiFunction<Account, Entry, CallerSession> opener;
    private final SessionSettings settings;

    SessionPool(SessionSettings settings, BiFunction<Account, Entry, CallerSession> opening) {
        this.settings = settings;
        this.opener = opening;
        this.sessions = settings.bounded(settings.maxSessions())
                .expireAfterAccess(settings.idle())
                .expireAfterWrite(settings.age())
                .build();
        this.refusals = settings.bounded(settings.maxSessions())
                // Each refusal knows its exact end. The cache ignores a new time for an entry rewritten within a
                // second.
                .expireAfterWrite(settings.coolDown().plusSeconds(1))
                .build();
        this.guesses = new PasswordGuessLimiter(settings, keys);
    }

    /** Of an account that no request came with. */
    CallerSession session(Account account) {
        return session(account, Optional::empty);
    }

    /** @param source where the request comes from that brought the account; asked for only if there is no session yet */
    CallerSession session(Account account, Supplier<Optional<ClientNetwork>> source) {
        var key = keys.of(account);
        var known = sessions.getIfPresent(key);
        return known == null ? sessions.get(key, absent -> open(absent, account, source)) : known;
    }

    /** Sessions that are over, but not yet forgotten, do not count. */
    long size() {
        sessions.cleanUp();
        return sessions.estimatedSize();
    }

    void clear() {
        sessions.invalidateAll();
        refusals.invalidateAll();
    }

    /**
     * Looks for a refusal inside the pool's own computation. It is noted before the session is dropped, so a request that
     * opens a new session after that cannot miss it.
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

    /** What the pool knows about one session's credentials; it stays known while the session is dropped for a refusal. */
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

        /** The credentials were refused: their session is dropped, and cannot be opened again until the cool-down ends. */
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
