package io.apikit.bench.load;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to measure. Immutable.
 *
 * @param home the folder of the candidates
 * @param out the folder of logs and results
 * @param time of each measurement that is limited by time
 * @param warmUp the time of its warm-up
 * @param plan of comparisons that count requests
 */
record Bench(
        Path home,
        Path out,
        LoadGenerator generator,
        int rounds,
        Duration time,
        Duration warmUp,
        PairedComparison.Plan plan,
        int connections) {
    /** The JDK that runs this bench runs the candidates too. */
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** Returns a new log file for each start. */
    Path log(String label) {
        var name = label.replaceAll("[^A-Za-z0-9]+", "-");
        return out.resolve(name + "-" + System.currentTimeMillis() + ".log");
    }

    /** Returns the load of a scenario that is limited by time, in words. */
    String amount() {
        return generator.version() + ", " + connections + " connections; " + rounds + " rounds of " + time.toSeconds()
                + " s after " + warmUp.toSeconds() + " s of warm-up";
    }

    /** Returns a load that lasts for a time. */
    MeasuredService.LoadSource lasting(Duration duration) {
        return (workload, port) -> generator.drive(workload, port, connections, duration);
    }

    /** Returns the jar of the agent that is loaded into a candidate's JVM. */
    Path agent() {
        return home.resolve("load/target/benchmark-load.jar");
    }

    /** Reports progress to standard error. Standard output has the report alone. */
    static void say(String progress) {
        System.err.println(progress);
    }
}
