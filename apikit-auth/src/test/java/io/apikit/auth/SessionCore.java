package io.apikit.auth;

import io.apikit.BackendError;
import io.apikit.auth.LoginAttempt.LoginMetrics;
import io.apikit.auth.internal.browser.CookieLimits;
import io.apikit.auth.internal.logins.AbandonedLogins;
import io.apikit.auth.internal.logins.LoginCap;
import io.apikit.auth.internal.logins.LoginThreads;
import io.apikit.auth.internal.sharing.StoreSchedule;
import io.apikit.auth.internal.targets.RejectedTargets;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.internal.util.SingleFlight;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives the simulation, which stands in a package of its own, what it needs of the package-private session core: sessions
 * that are put together as {@link Backend} does, on the simulation's time, threads and wire.
 */
public final class SessionCore implements AutoCloseable {
    private final Settings settings;
    private final HttpTransport unused;
    private final BareTransport bare;
    private final CookieLimits cookieLimits;
    private final SessionSettings sessionSettings;
    private final RejectedTargets rejected;
    private final LoginCap loginCap;
    private final SessionPool pool;
    private final AbandonedLogins abandoned;
    private final LoginRecord.Place place;
    private final @Nullable SharedLogins sharedLogins;
    private final Map<Account, Supplier<? extends Session>> opening = new HashMap<>();
    private final Map<CallerSession, Session> sessions = new HashMap<>();

    /**
     * What a simulation may set.
     *
     * @param lockedTiming the same time for what asks for it under a lock, where no other thread may get its turn
     * @param random chance from 0 to 1, for the jitter of renewals
     * @param renewalBurst with {@code renewalRefill}: how many rejected logins one session may renew
     * @param loginTotal the total time of one login
     * @param logsOut whether sessions that are forgotten end
     * @param sharing what is shared with other replicas; null if nothing is
     */
    public record Settings(
            String origin,
            Timing timing,
            Timing lockedTiming,
            DoubleSupplier random,
            Duration coolDown,
            Duration longestCoolDown,
            int renewalBurst,
            Duration renewalRefill,
            Duration loginTotal,
            boolean logsOut,
            @Nullable Sharing sharing) {}

    /**
     * What is shared with other replicas.
     *
     * @param key the file with the store's secret
     * @param schedule the threads and the time of what is done in the background
     */
    public record Sharing(LoginStore store, Path key, StoreSchedule schedule) {}

    public SessionCore(Settings settings) {
        this.settings = settings;
        this.unused = HttpTransport.to(settings.origin(), HttpOptions.defaults(), RetryPolicy.standard());
        this.bare = BareTransport.create(unused, settings.timing());
        this.cookieLimits = new CookieLimits(settings.origin(), Timing.system());
        this.sessionSettings = sessionSettings(settings.timing());
        var locked = sessionSettings(settings.lockedTiming());
        this.rejected = new RejectedTargets(locked.bounded(RejectedTargets.MOST), locked.timing(), locked.coolDown());
        this.loginCap = locked.loginCap();
        this.pool = new SessionPool(locked, this::open, settings.logsOut() ? CallerSession::end : null);
        this.abandoned = new AbandonedLogins(unused.label(), "model", settings.lockedTiming());
        this.place = new LoginRecord.Place(Authenticator.none(), settings.origin(), "", settings.lockedTiming());
        this.sharedLogins = settings.sharing() == null ? null : shared(settings.sharing(), locked);
    }

    private SharedLogins shared(Sharing sharing, SessionSettings locked) {
        var from = new SharedLogins.Settings();
        from.key(sharing.key());
        return new SharedLogins(from, sharing.store(), "model", locked, place, unused.metrics(), sharing.schedule());
    }

    private SessionSettings sessionSettings(Timing timing) {
        return SessionSettings.builder()
                .coolDown(settings.coolDown())
                .longestCoolDown(settings.longestCoolDown())
                .renewals(settings.renewalBurst(), settings.renewalRefill())
                .timing(timing)
                .random(settings.random())
                .build();
    }

    /**
     * Returns the session of these credentials, as {@link Backend#session} finds it.
     *
     * @param opened makes it, if there is none
     */
    public Session session(
            Credentials credentials, boolean ofService, String challenge, Supplier<? extends Session> opened) {
        var account = new Account(credentials, ofService, Optional.of(challenge));
        opening.put(account, opened);
        return Objects.requireNonNull(sessions.get(pool.session(account)));
    }

    /** Returns whether commands are sent to the store. */
    public boolean isStoreReachable() {
        return sharedLogins != null && sharedLogins.isReachable();
    }

    /** Returns the login in a record of the store; empty if it has none. */
    public Optional<Login> stored(String key, LoginStore.Stored stored) {
        return Objects.requireNonNull(sharedLogins)
                .keys()
                .open(
                        LoginRecord.Codec.sealedFor(key, stored.number(), stored.change()),
                        stored.format(),
                        stored.value())
                .flatMap(bytes -> LoginRecord.parse(bytes, stored.age(), place))
                .flatMap(LoginRecord::login)
                .map(LoginRecord.KeptLogin::login);
    }

    /** Returns the request as a {@link BackendSession} hands it to its pipeline, for one call. */
    public static BackendRequest resolved(BackendRequest request, Deadline deadline) {
        return request.deadline(deadline).attached(new SessionCall());
    }

    /** Ends a call: nothing of its response is on its way any more. */
    public static void end(BackendRequest request) {
        SessionCall.of(request).close();
    }

    private CallerSession open(Account account, SessionPool.Entry entry) {
        var opened = Objects.requireNonNull(opening.get(account)).get();
        var mode = GuardedAuthenticator.of(opened.mode(), settings.lockedTiming());
        var metrics = new LoginMetrics(unused.metrics());
        var attempt =
                new LoginAttempt(mode, account, bare, loginCap, settings.loginTotal(), settings.timing(), metrics);
        var threads = new LoginThreads(opened::execute, abandoned);
        var logOuts = new LogOutAttempt(mode, bare, settings.lockedTiming(), unused.metrics(), null)
                .ofSession(account, entry);
        var shared = new SharedLogin(sharedLogins, account, attempt, entry);
        var login = new CurrentLogin(shared, threads, sessionSettings, logOuts, new HookedFlight(opened));
        var signing = SigningTransport.create(mode, account, bare, cookieLimits, null, opened::send);
        var targets = rejected.ofNewSession();
        var authenticating =
                AuthenticatingTransport.create(account, login, targets, AuthenticatingTransport.Fallback.NONE, signing);
        var session = new CallerSession(account, login, authenticating, authenticating);
        opened.session = session;
        sessions.put(session, opened);
        return session;
    }

    @Override
    public void close() {
        pool.clear();
        rejected.clear();
        unused.close();
    }

    /** One session, and what the simulation is to it: its mode, wire and threads, and the waiting for its logins. */
    public abstract static class Session {
        private @Nullable CallerSession session;

        protected Session() {}

        /** Returns the session's pipeline without its retries. */
        public final Transport pipeline() {
            return session().pipeline();
        }

        /** Begins a call. Returns false if the pool has forgotten the session. */
        public final boolean enter(BackendRequest request) {
            return SessionCall.of(request).enter(session());
        }

        /** Returns everything that is kept of the caller and has a {@code toString}. */
        public final List<Object> printed() {
            return List.of(session(), session().account(), session().account().credentials());
        }

        private CallerSession session() {
            return Objects.requireNonNull(session, "a session is opened by the pool");
        }

        protected abstract Authenticator mode();

        protected abstract BackendResponse send(BackendRequest request);

        /** Runs a login on a thread of its own. */
        protected abstract void execute(Runnable login);

        /** A call is about to enter the place of a login: another one may do so first. */
        protected abstract void entering();

        /** A call has to wait for a login; returns once that has ended, or the time that the call may wait is over. */
        protected abstract void waiting(SingleFlight.Run<?> run, LongSupplier leftNanos);

        /** Runs {@code giveUp} after this much simulated time, unless the login has ended. */
        protected abstract void giveUpAfter(SingleFlight.Run<?> run, Duration limit, Runnable giveUp);

        /** Runs an action after this much simulated time, unless the login has ended: it has not begun so far. */
        protected abstract void after(SingleFlight.Run<?> run, Duration wait, Runnable action);

        /** The result of a login is decided; its waiters do not have it yet. */
        protected abstract void ending(SingleFlight.Run<?> run, Result result);
    }

    /** How a login ended: exactly one of a new generation, a failure, or neither, if the cap did not allow a renewal. */
    public record Result(Optional<Generation> generation, Optional<BackendError> error) {}

    /** One login of a session, and what the session thinks of it. */
    public static final class Generation {
        private final LoginGeneration generation;

        private Generation(LoginGeneration generation) {
            this.generation = generation;
        }

        public long number() {
            return generation.number();
        }

        public Login login() {
            return generation.login();
        }

        /** Returns whether a response has said that the backend no longer takes it. */
        public boolean isRejected() {
            return isDead() || isEnded() || generation.state() == LoginGeneration.State.REJECTED;
        }

        /** Returns whether the next request has to renew it, since one that was carried out has shown its end. */
        public boolean isEnded() {
            return generation.state() == LoginGeneration.State.ENDED;
        }

        /** Returns whether it must never be sent again. */
        public boolean isDead() {
            return generation.state() == LoginGeneration.State.DEAD;
        }

        /** Returns whether it may be renewed ahead of its end, by the session's own count. */
        public boolean isDue() {
            var state = generation.stateForSigning();
            return state == LoginGeneration.State.STALE || state == LoginGeneration.State.EXPIRED;
        }

        /** Returns what the session itself keeps, to be printed. */
        public Object printed() {
            return generation;
        }
    }

    /** Calls the simulation wherever threads may meet. */
    private static final class HookedFlight extends SingleFlight<LoginAttempt.Outcome> {
        private final Session hooks;

        HookedFlight(Session hooks) {
            this.hooks = hooks;
        }

        @Override
        public Run<LoginAttempt.Outcome> enter(Run<LoginAttempt.Outcome> mine) {
            hooks.entering();
            return super.enter(mine);
        }

        @Override
        public Optional<LoginAttempt.Outcome> await(Run<LoginAttempt.Outcome> run, LongSupplier leftNanos)
                throws InterruptedException, ExecutionException {
            if (run.result().isEmpty()) {
                hooks.waiting(run, leftNanos);
            }
            return super.await(run, leftNanos);
        }

        @Override
        public void giveUpAfter(Run<LoginAttempt.Outcome> run, Duration limit, Runnable giveUp) {
            hooks.giveUpAfter(run, limit, giveUp);
        }

        @Override
        public void after(Run<LoginAttempt.Outcome> run, Duration wait, Runnable action) {
            hooks.after(run, wait, action);
        }

        @Override
        protected void ending(Run<LoginAttempt.Outcome> run, LoginAttempt.Outcome outcome) {
            var generation = Optional.ofNullable(outcome.generation()).map(Generation::new);
            hooks.ending(run, new Result(generation, Optional.ofNullable(outcome.error())));
        }
    }
}
