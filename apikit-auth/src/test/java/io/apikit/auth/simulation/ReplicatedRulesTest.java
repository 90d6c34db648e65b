package io.apikit.auth.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ReplicatedRulesTest {
    private static final long STEPS = Long.getLong("apikit.replicas.steps", 5_000);
    private static final long SEED = Long.getLong("apikit.replicas.seed", 1);
    private static final long SEEDS = Long.getLong("apikit.replicas.seeds", 20);

    @Test
    void rulesHoldOverAllReplicas() {
        var counts = new TreeMap<String, Integer>();
        for (var seed = SEED; seed < SEED + SEEDS; seed++) {
            var since = System.nanoTime();
            try (var simulation = new ReplicatedSimulation(seed, STEPS)) {
                simulation.run();
                simulation.counts().forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
            }
            System.out.println(seed + " " + (System.nanoTime() - since) / 1_000_000);
        }
        System.out.println(counts);
        assertThat(counts).isNotEmpty();
    }
}
