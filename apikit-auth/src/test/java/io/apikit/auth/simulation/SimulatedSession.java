package io.apikit.auth.simulation;

import io.apikit.auth.Authenticator;
import io.apikit.auth.SessionCore;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;

/** One session under test: it waits by the baton, gives up by the model's time, and its ledger hears of each step. */
final class SimulatedSession extends SessionCore.Session {
    private final Simulation world;
    private final SessionLedger ledger;

    SimulatedSession(Simulation world, ModelAccount account) {
        this.world = world;
        this.ledger = new SessionLedger(world, account);
    }

    SessionLedger ledger() {
        return ledger;
    }

    @Override
    protected Authenticator mode() {
        return world.logOuts().isOn() ? new ModelMode.WithLogOuts(world, ledger) : new ModelMode(world, ledger);
    }

    @Override
    protected BackendResponse send(BackendRequest request) {
        var call = world.calls().ofThisThread();
        var token = ledger.requests().sends(call, request);
        world.logOuts().begins(token.value());
        try {
            world.baton().pass();
            var response = world.backend().respond(request, call, token);
            world.baton().pass();
            return response;
        } finally {
            world.logOuts().ends(token.value());
            world.logOuts().requireNone(world.baton());
        }
    }

    @Override
    protected void execute(Runnable login) {
        var decided = world.time().now();
        world.baton().pass();
        if (!world.isCalm() && world.dice().chance(0.005)) {
            world.trace().note("no thread for a login", ledger.account());
            ledger.logins().noThread(decided);
            throw new RejectedExecutionException("no thread");
        }
        var call = world.calls().anyOfThisThread();
        var run = ledger.logins()
                .starts(decided, call.map(leader -> leader.joined).orElse(decided));
        call.ifPresent(ledger.requests()::leads);
        world.baton().start("login-" + run.number, () -> ledger.logins().runs(run, login));
    }

    @Override
    protected void entering() {
        world.baton().pass();
        world.calls().ofThisThread().joined = world.time().now();
    }

    @Override
    protected void waiting(SingleFlight.Run<?> run, LongSupplier leftNanos) {
        var call = world.calls().ofThisThread();
        ledger.requests().waits(call, run, world.baton().quietly(leftNanos::getAsLong));
        world.baton().await(() -> leftNanos.getAsLong() <= 0 || run.result().isPresent());
    }

    @Override
    protected void giveUpAfter(SingleFlight.Run<?> flight, Duration limit, Runnable giveUp) {
        var run = ledger.logins().latest();
        run.flight = flight;
        world.time().ringIn(limit, () -> {
            if (flight.result().isEmpty()) {
                world.baton()
                        .start("gives-up-" + run.number, () -> ledger.logins().givesUp(run, giveUp));
            }
        });
        world.baton().pass();
    }

    @Override
    protected void after(SingleFlight.Run<?> flight, Duration wait, Runnable action) {
        world.time().ringIn(wait, () -> {
            if (flight.result().isEmpty()) {
                world.baton().start("goes-on", action);
            }
        });
        world.baton().pass();
    }

    /** What is decided is seen by others before the waiters have it. */
    @Override
    protected void ending(SingleFlight.Run<?> flight, SessionCore.Result result) {
        ledger.logins().ends(flight, result);
        world.baton().pass();
    }
}
