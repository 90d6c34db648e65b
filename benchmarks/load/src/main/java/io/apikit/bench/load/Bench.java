package io.apikit.bench.load;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to measure. Immutable.
 *
 * @param home the folder of the candidates
 * @param out the folder of logs and results
 * @param rest how long a process without any request is watched
 */
record Bench(Path home, Path out, int rounds, PairedComparison.Plan plan, int connections, Duration rest) {
    /** The JDK that runs this bench runs the candidates too. */
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** Returns a new log file for each start. */
    Path log(String label) {
        var name = label.replaceAll("[^A-Za-z0-9]+", "-");
        return out.resolve(name + "-" + System.currentTimeMillis() + ".log");
    }

    /** Returns the number of rounds and connections, in words. */
    String amount() {
        return connections + " connections; " + rounds + " rounds";
    }

    /** Returns a closed loop with this number of requests. */
    MeasuredService.LoadSource requests(long count) {
        return (workload, port) -> JvmClient.drive(workload, port, connections, count);
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
