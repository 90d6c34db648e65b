package io.apikit.auth.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * The session's behaviour, pinned: ten seeds run exactly as they did when their hashes were written down, or the first of
 * them ({@code -Dapikit.seeds=3}). A change that only moves or renames code keeps all ten. A change of behaviour replaces the lines of the file by those that the
 * failure prints.
 */
class SimulationHashesTest {
    private static final String FILE = "simulation-hashes.txt";
    private static final int SEEDS = Integer.getInteger("apikit.seeds", 10);

    @Test
    void seedsRunAsTheyDid() throws IOException {
        var all = lines();
        assertThat(all).hasSize(10);

        var written = all.subList(0, SEEDS);
        assertThat(written.stream().map(SimulationHashesTest::rerun)).isEqualTo(written);
    }

    /** A line is a seed, its number of steps, and the hash of the run. */
    private static String rerun(String line) {
        var fields = line.split(" ", -1);
        var seed = Long.parseLong(fields[0]);
        var steps = Long.parseLong(fields[1]);
        try (var simulation = new Simulation(seed, steps)) {
            simulation.run();
            return "%d %d %016x".formatted(seed, steps, simulation.trace().hash());
        }
    }

    private static List<String> lines() throws IOException {
        try (var file = SimulationHashesTest.class.getResourceAsStream(FILE)) {
            var text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }
}
