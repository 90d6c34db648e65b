package io.apikit.bench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command of the load bench. */
@Command(
        name = "benchmarks/run",
        description = "Starts each candidate in turn, drives it, and prints what a request costs it.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
    @Option(
            names = "--scenario",
            description = "one of ${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}",
            defaultValue = "wrapped")
    private Scenario scenario = Scenario.WRAPPED;

    @Option(
            names = "--candidates",
            split = ",",
            description = "comma-separated; each may be followed by JVM flags and variables of its environment:"
                    + " 'apikit,apikit -XX:+UseSerialGC PREFIXES=8'. Default: all that the scenario is for")
    private List<String> candidates = List.of();

    @Option(names = "--baseline", description = "whom ratios are to; default ${DEFAULT-VALUE}")
    private String baseline = "by-hand-apache";

    @Option(names = "--rounds", description = "default ${DEFAULT-VALUE}")
    private int rounds = 5;

    @Option(names = "--seconds", description = "of each measurement; default ${DEFAULT-VALUE}")
    private int seconds = 10;

    @Option(names = "--warm-up", description = "seconds before it; default ${DEFAULT-VALUE}")
    private int warmUp = 15;

    @Option(names = "--connections", description = "default ${DEFAULT-VALUE}")
    private int connections = 32;

    @Option(names = "--requests", description = "in-flight and expired: how many at once; default ${DEFAULT-VALUE}")
    private int requests = 10_000;

    @Option(
            names = "--command",
            description =
                    "idle: a label and the command that starts the example, 'cds=java -XX:.. -jar ..'; repeatable."
                            + " Default: the plain jar")
    private Map<String, String> commands = new LinkedHashMap<>();

    @Option(names = "--jvm-client", description = "drive without wrk, even where it is installed")
    private boolean jvmClient;

    @Option(names = "--home", description = "the folder of the candidates; default ${DEFAULT-VALUE}")
    private Path home = Path.of("benchmarks");

    /** Runs one scenario. */
    public static void main(String... args) {
        var line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::told);
        System.exit(line.execute(args));
    }

    private static int told(Exception failure, CommandLine line, CommandLine.ParseResult parsed) throws Exception {
        if (failure instanceof BenchFailure) {
            System.err.println("benchmarks/run: " + failure.getMessage());
            return 1;
        }
        throw failure;
    }

    @Override
    public Integer call() throws IOException {
        var out = home.toAbsolutePath().normalize().resolve("load/target/bench");
        Files.createDirectories(out);
        var bench = new Bench(
                home.toAbsolutePath().normalize(),
                out,
                jvmClient ? new JvmClient() : Wrk.installed(out).orElseGet(JvmClient::new),
                rounds,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmUp),
                connections);
        var report = new Scenarios(bench, candidates, baseline, requests, commands).run(scenario);
        System.out.print(report);
        var file = out.resolveSibling("results-" + scenario + "-" + System.currentTimeMillis() + ".md");
        Files.writeString(file, report);
        Bench.say("written to " + file);
        return 0;
    }
}
