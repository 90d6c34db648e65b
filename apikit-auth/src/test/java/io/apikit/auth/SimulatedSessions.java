package io.apikit.auth;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.internal.limits.TokenBucket;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The sessions under test, put together as a backend does, on the model's time, threads and wire. */
final class SimulatedSessions implements AutoCloseable {
    static final Duration COOL_DOWN = Duration.ofSeconds(30);
    static final Duration LOGIN_TOTAL = Duration.ofSeconds(15);

    private final Simulation world;
    private final HttpTransport unused;
    private final BareTransport bare;
    private final SessionSettings settings;
    private final DeniedTargets denials;
    private final TokenBucket loginCap;
    private final SessionPool pool;
    private final Map<CallerSession, SessionLedger> ledgers = new LinkedHashMap<>();
    private final Map<Account, ModelAccount> accounts = new LinkedHashMap<>();

    SimulatedSessions(Simulation world) {
        this.world = world;
        this.unused = HttpTransport.to(ModelBackend.ORIGIN, HttpOptions.defaults());
        this.bare = BareTransport.create(unused, world.time());
        this.settings = settings(world.time());
        // The caches ask for the time under their locks.
        var still = settings(world.time().still());
        this.denials = new DeniedTargets(still);
        this.loginCap = still.loginBucket();
        this.pool = new SessionPool(still, this::open);
    }

    private static SessionSettings settings(Timing timing) {
        return SessionSettings.builder()
                .coolDown(COOL_DOWN)
                .renewals(CapRule.BURST, CapRule.REFILL)
                .timing(timing)
                .build();
    }

    /** As {@code Backend.session} does. */
    CallerSession session(ModelAccount account) {
        accounts.put(account.account(), account);
        var session = world.baton().quietly(() -> pool.session(account.account()));
        world.baton()
                .require(
                        world.time().now() >= account.poolRefusesUntil(),
                        () -> "rule 5: a session of " + account + ", which was refused just now");
        ledger(session).require(ledger(session).account() == account, "rule 6: the session is handed to " + account);
        return session;
    }

    SessionLedger ledger(CallerSession session) {
        return Objects.requireNonNull(ledgers.get(session));
    }

    Map<CallerSession, SessionLedger> all() {
        return ledgers;
    }

    /** How a login's flight ended; null as long as it has not. */
    CurrentLogin.@Nullable Outcome landed(LoginRun run) {
        return run.flight == null ? null : landed(run.flight);
    }

    private static CurrentLogin.@Nullable Outcome landed(SingleFlight.Run<CurrentLogin.Outcome> flight) {
        return flight.result().orElse(null);
    }

    private CallerSession open(Account account, SessionPool.Entry entry) {
        var ledger = new SessionLedger(world, Objects.requireNonNull(accounts.get(account)));
        var mode = new ModelMode(world, ledger);
        var meters = new LoginMetrics(unused.metrics());
        var attempt = new LoginAttempt(mode, account, bare, loginCap, LOGIN_TOTAL, world.time(), meters);
        var logins =
                new CurrentLogin(attempt, login -> execute(ledger, login), settings, entry, new VirtualFlight(ledger));
        var signing = SigningTransport.create(mode, account, bare, request -> send(ledger, request));
        var authenticating = AuthenticatingTransport.create(
                account, logins, denials, AuthenticatingTransport.Fallback.NONE, signing);
        var session = new CallerSession(account, logins, authenticating, authenticating);
        ledgers.put(session, ledger);
        world.trace().note("a session opened", ledger.account());
        return session;
    }

    private void execute(SessionLedger ledger, Runnable login) {
        var decided = world.time().now();
        world.baton().pass();
        if (!world.isCalm() && world.dice().chance(0.005)) {
            world.trace().note("no thread for a login", ledger.account());
            ledger.logins().noThread(decided);
            throw new RejectedExecutionException("no thread");
        }
        var run = ledger.logins().takesOff(decided, world.calls().ofThisThread().joined);
        world.baton().start("login-" + run.number, () -> ledger.logins().flies(run, login));
    }

    private BackendResponse send(SessionLedger ledger, BackendRequest request) {
        var call = world.calls().ofThisThread();
        var token = ledger.requests().sends(call, request);
        world.baton().pass();
        var answer = world.backend().answer(request, call, token);
        world.baton().pass();
        return answer;
    }

    @Override
    public void close() {
        pool.clear();
        denials.clear();
        unused.close();
    }

    /** Waits by the baton, and gives up by the model's time. */
    private final class VirtualFlight extends SingleFlight<CurrentLogin.Outcome> {
        private final SessionLedger ledger;

        VirtualFlight(SessionLedger ledger) {
            this.ledger = ledger;
        }

        /** Somebody else may enter first. */
        @Override
        public Run<CurrentLogin.Outcome> enter(Run<CurrentLogin.Outcome> mine) {
            world.baton().pass();
            world.calls().ofThisThread().joined = world.time().now();
            return super.enter(mine);
        }

        @Override
        public Optional<CurrentLogin.Outcome> await(Run<CurrentLogin.Outcome> run, LongSupplier leftNanos)
                throws InterruptedException, ExecutionException {
            if (landed(run) == null) {
                var call = world.calls().ofThisThread();
                ledger.requests().waits(call, run);
                world.baton().await(() -> world.time().now() >= call.deadline || landed(run) != null);
            }
            return super.await(run, leftNanos);
        }

        @Override
        public void giveUpAfter(Run<CurrentLogin.Outcome> flight, Duration limit, Runnable giveUp) {
            var run = ledger.logins().latest();
            run.flight = flight;
            world.time().ringIn(limit, () -> {
                if (landed(flight) == null) {
                    world.baton()
                            .start(
                                    "gives-up-" + run.number,
                                    () -> ledger.logins().givesUp(run, giveUp));
                }
            });
            world.baton().pass();
        }

        /** What is decided is seen by others before the flight has landed. */
        @Override
        protected void ending(Run<CurrentLogin.Outcome> flight, CurrentLogin.Outcome outcome) {
            ledger.logins().lands(flight, outcome);
            world.baton().pass();
        }
    }
}
