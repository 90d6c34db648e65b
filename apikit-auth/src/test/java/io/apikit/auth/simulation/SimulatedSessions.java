package io.apikit.auth.simulation;

import io.apikit.auth.SessionCore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The sessions under test, on the model's time. */
final class SimulatedSessions implements AutoCloseable {
    static final Duration COOL_DOWN = Duration.ofSeconds(30);
    /** Two doublings: after a longer one, most calls would be refused at once. */
    static final Duration LONGEST_COOL_DOWN = Duration.ofMinutes(2);

    static final Duration LOGIN_TOTAL = Duration.ofSeconds(15);

    private final Simulation world;
    private final SessionCore core;
    private final List<SimulatedSession> opened = new ArrayList<>();

    SimulatedSessions(Simulation world) {
        this.world = world;
        // The caches ask for the time under their locks.
        var locked = world.time().still();
        this.core = new SessionCore(new SessionCore.Settings(
                ModelBackend.ORIGIN,
                world.time(),
                locked,
                world.dice()::fraction,
                COOL_DOWN,
                LONGEST_COOL_DOWN,
                CapRule.BURST,
                CapRule.REFILL,
                LOGIN_TOTAL,
                world.logOuts().isOn(),
                null));
    }

    /** As {@code Backend.session} does. */
    SimulatedSession session(ModelAccount account) {
        var session = (SimulatedSession) world.baton()
                .quietly(() -> core.session(
                        account.credentials(), account.isOfService(), ModelAccount.CHALLENGE, () -> open(account)));
        world.baton()
                .require(
                        world.time().now() >= account.poolRefusesUntil(),
                        () -> "rule 5: a session of " + account + ", which was refused just now");
        var ledger = session.ledger();
        ledger.require(ledger.account() == account, "rule 6: the session is handed to " + account);
        return session;
    }

    List<SimulatedSession> all() {
        return opened;
    }

    private SimulatedSession open(ModelAccount account) {
        var session = new SimulatedSession(world, account);
        opened.add(session);
        world.trace().note("a session opened", account);
        return session;
    }

    @Override
    public void close() {
        core.close();
    }
}
