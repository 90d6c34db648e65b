package io.apikit.bench.load;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How to measure. Immutable.
 *
 * @param home the folder of the candidates
 * @param out for logs and results
 */
record Bench(
        Path home, Path out, LoadGenerator generator, int rounds, Duration time, Duration warmUp, int connections) {
    /** Of the JDK that this bench runs on itself. */
    static final String JAVA =
            Path.of(System.getProperty("java.home"), "bin", "java").toString();

    /** Of one start; those of later rounds follow it in files of their own. */
    Path log(String label) {
        var name = label.replaceAll("[^A-Za-z0-9]+", "-");
        return out.resolve(name + "-" + System.currentTimeMillis() + ".log");
    }

    /** What is loaded into a JVM to ask it. */
    Path agent() {
        return home.resolve("load/target/benchmark-load.jar");
    }

    /** Tells of progress; the report alone goes to standard output. */
    static void say(String progress) {
        System.err.println(progress);
    }
}
