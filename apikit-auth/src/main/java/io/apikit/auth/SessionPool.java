package io.apikit.auth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.RemovalCause;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.apikit.BackendError;
import io.apikit.auth.internal.logins.PasswordGuess;
import io.apikit.auth.internal.logins.PasswordGuessLimiter;
import io.apikit.auth.internal.logins.PasswordGuessLimiter.Claim;
import io.apikit.auth.internal.logins.PasswordGuessLimiter.Standing;
import io.apikit.auth.internal.logins.SessionKeys;
import io.apikit.auth.internal.logins.SessionKeys.SessionKey;
import io.apikit.auth.internal.sharing.SharedGuesses;
import io.apikit.http.Deadline;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.internal.caller.ClientNetwork;
import io.micrometer.core.instrument.Tags;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The callers' sessions, by a keyed digest of their credentials: another password is another session. Bounded, with an
 * idle time and a maximum age. Refused credentials have no session: they are kept in a cache of their own, so that
 * wrong passwords remove no session. Thread-safe.
 */
final class SessionPool {
    /** How long the pool knows how often the same credentials were refused, once it has no reason to refuse them itself. */
    private static final Duration REFUSALS_KEPT = Duration.ofDays(1);

    private final SessionKeys keys = new SessionKeys();
    private final Cache<SessionKey, CallerSession> sessions;
    private final Cache<SessionKey, LoginFailure> refusals;
    private final PasswordGuessLimiter<SessionKey> guesses;
    private final BiFunction<Account, Entry, CallerSession> opener;
    private final SessionSettings settings;
    /** Null if nothing is shared. */
    private @Nullable SharedGuesses sharedGuesses;

    /**
     * @param opener makes a session
     * @param removed gets each session that is removed, on the thread that removes it: it must not block. Null if nothing is
     *     to be done then
     */
    SessionPool(
            SessionSettings settings,
            BiFunction<Account, Entry, CallerSession> opener,
            @Nullable Consumer<CallerSession> removed) {
        this.settings = settings;
        this.opener = opener;
        this.sessions = cache(settings, removed);
        this.refusals = settings.bounded(settings.maxSessions())
                // Each refusal knows its exact end; the cache may ignore a rewrite within one second.
                .expireAfterWrite(settings.coolDown().plus(REFUSALS_KEPT))
                .build();
        this.guesses = new PasswordGuessLimiter<>(
                settings.refusalsPerUser(), settings.refusalsPerSource(), settings.maxSessions(), settings.timing());
    }

    /** Limits wrong passwords over all replicas, if any share what they know. Called before the first session. */
    void share(@Nullable SharedLogins logins) {
        sharedGuesses = logins == null ? null : logins.limits().guesses(guesses.heldUp());
    }

    private static Cache<SessionKey, CallerSession> cache(
            SessionSettings settings, @Nullable Consumer<CallerSession> removed) {
        var cache = settings.bounded(settings.maxSessions())
                .expireAfterAccess(settings.idle())
                .expireAfterWrite(settings.age());
        if (removed == null) {
            return cache.build();
        }
        // Without a scheduler, sessions end with the next request of any caller, which may be the next morning's.
        return cache.scheduler(Scheduler.systemScheduler())
                .removalListener((@Nullable SessionKey key, @Nullable CallerSession session, RemovalCause cause) ->
                        removed.accept(Objects.requireNonNull(session)))
                .build();
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
        var key = keyOf(account);
        var known = sessions.getIfPresent(key);
        return known == null ? sessions.get(key, absent -> open(absent, account, source)) : known;
    }

    private SessionKey keyOf(Account account) {
        return keys.of(account.owner(), account.kind(), account.first(), account.second());
    }

    /** Returns the session of the account of one that has ended; opens it if there is none. */
    CallerSession sessionAfter(CallerSession ended) {
        return session(ended.account(), ended.login().shared().entry()::source);
    }

    /** Opens a session that is not kept, for one call of the account of one that has ended. */
    CallerSession ownSessionAfter(CallerSession ended) {
        return opener.apply(ended.account(), ended.login().shared().entry());
    }

    /** Returns whether this very session is kept; that is no use of it. */
    boolean contains(CallerSession session) {
        return sessions.policy().getIfPresentQuietly(session.login().shared().entry().key) == session;
    }

    /** Removes this session; another one of the same account stays. */
    void remove(CallerSession session) {
        sessions.asMap().remove(session.login().shared().entry().key, session);
    }

    /** Returns the number of sessions, without those that have expired. */
    long size() {
        sessions.cleanUp();
        return sessions.estimatedSize();
    }

    /** Shows the number of sessions, and how many logins were held up. */
    void measuredBy(BackendMetrics meters) {
        meters.gauge("apikit.backend.sessions", "Callers' sessions kept now", Tags.empty(), this::size);
        meters.gauge(
                "apikit.backend.sessions.max", "Callers' sessions kept at most", Tags.empty(), settings::maxSessions);
        var help = "Logins not made, since too many passwords were refused";
        guesses.heldUp()
                .counts()
                .forEach((limit, count) ->
                        meters.counter("apikit.backend.logins.held.up", help, Tags.of("limit", limit), count));
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
            throw LoginFailure.forOneWaiter(refusal.errorAt(settings.timing().nanoTime()));
        }
        var entry = new Entry(key, account, source.get());
        entry.claim().ifPresent(guesses::requireOpen);
        return opener.apply(account, entry);
    }

    /** Many backends ignore case and form of a name, so all spellings of a name share one limit. */
    private static String normalized(String username) {
        // ASCII has one form: the tables of Unicode are loaded for other names only.
        var unicode = StandardCharsets.US_ASCII.newEncoder().canEncode(username)
                ? username
                : Normalizer.normalize(username, Normalizer.Form.NFKC);
        return unicode.strip().toLowerCase(Locale.ROOT);
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
        private final Account account;
        private final Optional<ClientNetwork> source;
        private final Optional<Claim<SessionKey>> claim;
        /** Whether the backend has accepted the credentials in this session, and has not refused them since. */
        private volatile boolean isAccepted;

        private final AtomicBoolean isRefusedInPart = new AtomicBoolean();

        private Entry(SessionKey key, Account account, Optional<ClientNetwork> source) {
            this.key = key;
            this.account = account;
            this.source = source;
            this.claim = source.isPresent() && account.credentials() instanceof Credentials.Password password
                    ? Optional.of(new Claim<>(
                            key, keys.ofUser(normalized(password.username())), source.get(), Standing.UNKNOWN))
                    : Optional.empty();
        }

        private Optional<ClientNetwork> source() {
            return source;
        }

        /**
         * Returns whether the session of these credentials signs as this login does. Some backends give the same token to
         * each login of a user: to log the older one out would end the one in use.
         */
        boolean isUsed(Login login) {
            return isUsed(Stream.ofNullable(sessions.policy().getIfPresentQuietly(key)), login);
        }

        /** Returns whether any session does, under a changed password too. Looks at all of them. */
        boolean isUsedByAny(Login login) {
            return isUsed(sessions.asMap().values().stream(), login);
        }

        private static boolean isUsed(Stream<CallerSession> known, Login login) {
            return known.flatMap(session -> session.login().latest().stream())
                    .anyMatch(latest -> LogOutAttempt.signsAs(login, latest));
        }

        private Optional<Claim<SessionKey>> claim() {
            return claim.map(unknown -> unknown.with(standing()));
        }

        private Standing standing() {
            if (isAccepted) {
                return Standing.ACCEPTED;
            }
            var before = latestRefusal();
            if (before == null) {
                return Standing.UNKNOWN;
            }
            return before.pause().compareTo(settings.coolDown()) > 0 ? Standing.REFUSED_TWICE : Standing.REFUSED_ONCE;
        }

        /**
         * Begins a try of the credentials, which its caller ends.
         *
         * @return the try, as soon as it may be made, or a {@link io.apikit.BackendError} of 429
         */
        CompletableFuture<PasswordGuess> beginGuess() {
            return claim().map(guesses::begin)
                    .orElseGet(() -> CompletableFuture.completedFuture(PasswordGuess.unlimited()));
        }

        /**
         * The same without waiting for it.
         *
         * @param timer runs what it is given once nobody can wait any more
         * @param heldUp gets the error of 429
         * @param left is run if the try was given up before it might be made
         */
        void beginGuess(
                Consumer<Runnable> timer, Consumer<PasswordGuess> begun, Consumer<BackendError> heldUp, Runnable left) {
            var guess = beginGuess();
            if (!guess.isDone()) {
                timer.accept(() -> {
                    if (guess.cancel(false)) {
                        left.run();
                    }
                });
            }
            var unused = guess.whenComplete((mayBeMade, error) -> {
                if (mayBeMade != null) {
                    begun.accept(mayBeMade);
                } else if (error instanceof BackendError refusal) {
                    heldUp.accept(refusal);
                }
            });
        }

        /**
         * Begins a try within the limits that all replicas share, which its caller ends. Waits for it.
         *
         * @param isAcceptedElsewhere whether another replica knows that the backend has accepted the credentials
         * @throws BackendError 429 if too many passwords were refused
         */
        PasswordGuess beginShared(boolean isAcceptedElsewhere, Deadline deadline) {
            var guessesOfAll = sharedGuesses;
            if (guessesOfAll == null || claim.isEmpty()) {
                return PasswordGuess.unlimited();
            }
            var now = claim.get().with(standing());
            var standing = isAcceptedElsewhere || guesses.isUnlimited(now) ? Standing.ACCEPTED : now.standing();
            return guessesOfAll.begin(username(), now.source(), standing, deadline);
        }

        private String username() {
            return account.credentials() instanceof Credentials.Password own ? normalized(own.username()) : "";
        }

        /** The backend has accepted the credentials: they may be refused anew. */
        void accept() {
            isAccepted = true;
            var now = settings.timing().nanoTime();
            refusals.asMap().computeIfPresent(key, (same, refusal) -> refusal.isFresh(now) ? refusal : null);
        }

        /**
         * The backend has refused the credentials. They have no new session until the cool-down ends.
         *
         * @param isOver whether their session has no good login either, and is dropped
         */
        void refuse(LoginFailure refusal, boolean isOver) {
            isAccepted = false;
            guesses.forgetAccepted(key);
            // Of two sessions of the same credentials the later refusal counts.
            refusals.asMap().merge(key, refusal, LoginFailure::later);
            if (isOver) {
                drop();
            }
        }

        /**
         * The backend has refused credentials that it has accepted, which goes on: a path without a login accepts any. The
         * first such refusal of a session counts like that of a wrong password.
         */
        void refuseInPart() {
            if (isRefusedInPart.compareAndSet(false, true)) {
                claim.ifPresent(this::charge);
            }
        }

        private void charge(Claim<SessionKey> refused) {
            guesses.charge(refused);
            var guessesOfAll = sharedGuesses;
            if (guessesOfAll != null) {
                guessesOfAll.charge(username(), refused.source());
            }
        }

        /** The session is of no use: the next request opens another one. */
        void drop() {
            sessions.invalidate(key);
        }

        /** The latest refusal, if it still counts; another session of the same credentials may have met it. */
        @Nullable
        LoginFailure refusal() {
            return fresh(key);
        }

        /** The latest refusal, if the credentials were not accepted since. */
        @Nullable
        LoginFailure latestRefusal() {
            return refusals.getIfPresent(key);
        }
    }
}
