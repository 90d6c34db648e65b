package io.apikit.auth.simulation;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.auth.SessionCore;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** One session in one replica: it waits by the baton, gives up by its replica's clock, and the rules hear of each step. */
final class ReplicaSession extends SessionCore.Session {
    static final String CHALLENGE = "Basic realm=\"model\"";

    private final ReplicatedSimulation world;
    private final ModelReplica replica;
    private final SharedAccount account;
    private final List<Long> logins = new ArrayList<>();
    private boolean isEverRejected;
    private long latestRejection;
    private SessionCore.@Nullable Generation generation;
    private @Nullable StoreRun latest;

    ReplicaSession(ReplicatedSimulation world, ModelReplica replica, SharedAccount account) {
        this.world = world;
        this.replica = replica;
        this.account = account;
    }

    ModelReplica replica() {
        return replica;
    }

    SharedAccount account() {
        return account;
    }

    /** The token that it signs with, if it has one. */
    @Nullable
    SharedToken current() {
        var known = generation;
        return known == null ? null : world.provider().token(world.baton().quietly(known::login));
    }

    /** Whether its login may be replaced: there is none, it is rejected, or at or near its end. */
    boolean isSpent() {
        var known = generation;
        return known == null || world.baton().quietly(() -> known.isRejected() || known.isDue());
    }

    /** It asks the provider for a login. */
    void logsIn() {
        logins.add(world.time().now());
    }

    /** A login that was made for a call is rejected in it. */
    void isRejected() {
        isEverRejected = true;
        latestRejection = world.time().now();
    }

    /** Whether the target may have been denied at some time since: for a cool-down, by a clock that is slow by a twentieth. */
    boolean mayBeDenied(long since) {
        return isEverRejected && (since - latestRejection) * 0.95 < SimulatedSessions.COOL_DOWN.toNanos();
    }

    /** Whether its cap on renewals may have been reached at some time since, by a clock that is slow by a twentieth. */
    boolean mayBeCapped(long since) {
        for (var i = 0; i < logins.size(); i++) {
            var before = Math.max(0, since - logins.get(i)) * 0.95;
            if (logins.size() - i >= CapRule.BURST + (long) (before / CapRule.REFILL.toNanos())) {
                return true;
            }
        }
        return false;
    }

    /** Whether nothing is known against the login that it has. */
    boolean isGood() {
        return generation != null && !isSpent();
    }

    @Override
    protected Authenticator mode() {
        return new Mode();
    }

    @Override
    protected BackendResponse send(BackendRequest request) {
        var call = world.callOfThisThread();
        world.rules().sends(this, call, request);
        world.baton().pass();
        var response = world.provider().respond(request, call, this);
        world.baton().pass();
        return response;
    }

    @Override
    protected void execute(Runnable login) {
        world.baton().pass();
        if (!world.isFair() && !world.isCalm() && world.dice().chance(0.005)) {
            world.trace().note("no thread for a login", account);
            throw new RejectedExecutionException("no thread");
        }
        var run = new StoreRun(world.nextNumber(), this, world.baton().steps());
        latest = run;
        replica.start("login-" + run.number, () -> replica.runs(run, login));
    }

    @Override
    protected void entering() {
        world.baton().pass();
    }

    @Override
    protected void waiting(SingleFlight.Run<?> run, LongSupplier leftNanos) {
        world.baton().await(() -> leftNanos.getAsLong() <= 0 || run.result().isPresent());
    }

    @Override
    protected void giveUpAfter(SingleFlight.Run<?> flight, Duration limit, Runnable giveUp) {
        var run = latest;
        ring(flight, limit, "gives-up", () -> {
            world.trace().note("a login is given up", replica);
            if (run != null) {
                run.isGivenUp = true;
            }
            giveUp.run();
        });
    }

    @Override
    protected void after(SingleFlight.Run<?> flight, Duration wait, Runnable action) {
        ring(flight, wait, "goes-on", action);
    }

    private void ring(SingleFlight.Run<?> flight, Duration wait, String name, Runnable action) {
        replica.ringIn(wait, () -> {
            if (flight.result().isEmpty()) {
                replica.start(name, action);
            }
        });
        world.baton().pass();
    }

    /** What is decided is seen by others before the waiters have it. */
    @Override
    protected void ending(SingleFlight.Run<?> flight, SessionCore.Result result) {
        result.generation().ifPresent(next -> {
            generation = next;
            world.rules().has(this, Objects.requireNonNull(current()));
        });
        result.error().ifPresent(error -> world.rules().failed(this, error));
        world.baton().pass();
    }

    /** How it logs in at the model's provider, and what a response says of its login. */
    private final class Mode implements Authenticator {
        @Override
        public String name() {
            return "model";
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            var run = Objects.requireNonNull(replica.runOfThisThread(), "a login on a thread of its own");
            world.baton()
                    .require(
                            credentials.equals(account.credentials()) && run.session == ReplicaSession.this,
                            () -> run + " brings another's credentials");
            return world.provider().logIn(run);
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
            world.baton().pass();
            if (response.status() != 401) {
                return Verdict.ACCEPTED;
            }
            return Verdict.EXPIRED;
        }

        @Override
        public Login refreshed(Login current, BackendResponse response) {
            world.baton().pass();
            return response.header("X-Rolled")
                    .map(rolled -> current.cookie("roll", rolled))
                    .orElse(current);
        }

        @Override
        public Optional<String> challenge() {
            return Optional.of(CHALLENGE);
        }
    }
}
