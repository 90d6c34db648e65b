package io.apikit.auth.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * The rules of the session over three replicas on one store, which is away, slow, flushed and failed over, and whose commands
 * and messages are lost, late and doubled. Replicas are killed at any step, and their clocks differ. A failure prints its
 * seed, and {@code -Dapikit.replicas.seed=} repeats it. A run of more than the usual 3 s ({@code -Dapikit.fuzz=PT10M}) takes
 * another seed after each one, until its time is over.
 */
class ReplicasFuzzTest {
    private static final Duration USUAL = Duration.ofSeconds(3);
    private static final Duration LENGTH = Duration.parse(System.getProperty("apikit.fuzz", USUAL.toString()));
    private static final String SEED = System.getProperty("apikit.replicas.seed", "");
    private static final long STEPS = Long.getLong("apikit.replicas.steps", 10_000);
    private static final int SEEDS = Integer.getInteger("apikit.seeds", 10);
    private static final String HASHES = "replicas-hashes.txt";

    /** Each of these has to happen, or the runs have shown nothing of its rule. */
    private static final List<String> EVENTS = List.of(
            "login under a lease",
            "login after its lease",
            "login without the store",
            "has its login",
            "has the login of another replica",
            "leased by another",
            "lease extended",
            "lease lost",
            "written",
            "not written",
            "refused",
            "rejected",
            "a login hangs",
            "a login is given up",
            "a message is lost",
            "a message is doubled",
            "killed",
            "stopped",
            "dropped",
            "the store is away",
            "the store is flushed",
            "the store fails over",
            "store: write late",
            "store: lease response lost",
            "store: read lost",
            "ends with 200",
            "ends with 401",
            "no login at the end",
            "one login");

    private final Map<String, Integer> counts = new TreeMap<>();

    /** 10,000 steps with each seed. */
    @Test
    void rulesHoldOverAllReplicas() {
        if (!SEED.isEmpty()) {
            run(Long.parseLong(SEED));
            return;
        }
        LongStream.rangeClosed(1, SEEDS).forEach(this::run);

        assertThat(counts)
                .as("what happened with the seeds 1 to %d", SEEDS)
                .containsKeys(EVENTS.toArray(String[]::new));
    }

    @Test
    void otherSeedsHoldThemAsWell() {
        var until = System.nanoTime() + LENGTH.minus(USUAL).toNanos();
        var runs = 0L;
        while (SEED.isEmpty() && System.nanoTime() < until) {
            run(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE));
            runs++;
        }
        System.out.println("Replicas: " + runs + " other seeds of " + STEPS + " steps " + counts);
    }

    /** A change of behaviour replaces the lines of the file by those that the failure prints. */
    @Test
    void seedsRunAsTheyDid() throws IOException {
        var written = lines();

        assertThat(written).isNotEmpty();
        assertThat(written.stream().map(ReplicasFuzzTest::rerun)).isEqualTo(written);
    }

    private long run(long seed) {
        return run(seed, STEPS, counts);
    }

    private static long run(long seed, long steps, Map<String, Integer> counts) {
        try (var simulation = new ReplicatedSimulation(seed, steps)) {
            simulation.run();
            simulation.trace().counts().forEach((kind, count) -> counts.merge(kind, count, Integer::sum));
            return simulation.trace().hash();
        }
    }

    private static String rerun(String line) {
        var fields = line.split(" ", -1);
        var seed = Long.parseLong(fields[0]);
        var steps = Long.parseLong(fields[1]);
        return "%d %d %016x".formatted(seed, steps, run(seed, steps, new TreeMap<>()));
    }

    private static List<String> lines() throws IOException {
        try (var file = ReplicasFuzzTest.class.getResourceAsStream(HASHES)) {
            var text = new String(Objects.requireNonNull(file).readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().filter(line -> !line.startsWith("#")).toList();
        }
    }
}
