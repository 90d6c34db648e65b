package io.apikit.auth.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * The seven rules of the session, held at every step of a random run: callers, expiries, rejections, login failures,
 * cancellations and clock jumps in any order. Another seed each time; a failure tells it, and
 * {@code -Dapikit.simulation.seed=} replays the very same run.
 */
class SessionRulesTest {
    private static final long STEPS = Long.getLong("apikit.simulation.steps", 100_000);

    /** Each of these has to happen, or the run has shown nothing of its rule. */
    static final List<String> EVENTS = List.of(
            "answered 200",
            "answered 401",
            "failed 401",
            "failed 502",
            "failed 503",
            "failed 504",
            "first login",
            "reactive login",
            "renewal ahead",
            "refused",
            "broken",
            "late rejection",
            "rejection of a login accepted since",
            "a node rejects a good login",
            "replayed",
            "carried out though the login is over",
            "denied",
            "rejected where it is denied",
            "cancelled",
            "a login hangs",
            "a login is given up",
            "no thread for a login",
            "waits for a login",
            "waits for a renewal ahead",
            "the clock jumps");

    /** The build tries the same interleavings every time; "random" others. */
    private static final String SEED = System.getProperty("apikit.simulation.seed", "1000");

    @Test
    void theSevenRulesHoldInEveryInterleaving() {
        var seed = SEED.equals("random") ? ThreadLocalRandom.current().nextLong() : Long.parseLong(SEED);
        System.out.println("Session rules: -Dapikit.simulation.seed=" + seed + " -Dapikit.simulation.steps=" + STEPS);

        try (var simulation = new Simulation(seed, STEPS)) {
            simulation.run();

            System.out.println("Session rules: " + simulation.counts());
            assertThat(simulation.counts())
                    .as("what happened with seed %d", seed)
                    .containsKeys(EVENTS.toArray(String[]::new));
        }
    }

    /** A login is ended once, when no request under it is in flight, and signs none after that. */
    @Test
    void noLoginThatIsInUseIsLoggedOut() {
        for (var seed = 1; seed <= 3; seed++) {
            try (var simulation = new Simulation(seed, 5_000, true)) {
                simulation.run();

                simulation.logOuts().requireNone(simulation.baton());
                assertThat(simulation.logOuts().count()).isPositive();
            }
        }
    }

    @Test
    void aSeedReplaysTheVerySameRun() {
        assertThat(hash(42)).isEqualTo(hash(42)).isNotEqualTo(hash(43));
    }

    private static long hash(long seed) {
        try (var simulation = new Simulation(seed, 5_000)) {
            simulation.run();
            return simulation.trace().hash();
        }
    }
}
