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
        description = "Starts candidates, sends them requests, and prints what a request costs them.",
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
                    + " 'apikit,apikit -XX:+UseSerialGC PREFIXES=8'. A candidate in Java may be one that is built in"
                    + " another checkout: 'apikit@/path/to/checkout'. Default: those of the scenario")
    private List<String> candidates = List.of();

    @Option(
            names = "--baseline",
            description = "the candidate that the others are compared with, written as in --candidates;"
                    + " default ${DEFAULT-VALUE}")
    private String baseline = "by-hand-apache";

    @Option(names = "--rounds", description = "default ${DEFAULT-VALUE}")
    private int rounds = 5;

    @Option(names = "--pairs", description = "wrapped: pairs of measurements a round; default ${DEFAULT-VALUE}")
    private int pairs = 4;

    @Option(
            names = "--warm-up-requests",
            description = "wrapped: requests that warm each process; default ${DEFAULT-VALUE}")
    private long warmUpRequests = 150_000;

    @Option(
            names = "--measured-requests",
            description = "wrapped: requests of each measurement; default ${DEFAULT-VALUE}")
    private long measuredRequests = 50_000;

    @Option(names = "--seconds", description = "not wrapped: of each measurement; default ${DEFAULT-VALUE}")
    private int seconds = 10;

    @Option(names = "--warm-up", description = "not wrapped: seconds of warm-up before it; default ${DEFAULT-VALUE}")
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

    @Option(names = "--jvm-client", description = "not wrapped: do not use wrk, even where it is installed")
    private boolean jvmClient;

    @Option(names = "--home", description = "the folder of the candidates; default ${DEFAULT-VALUE}")
    private Path home = Path.of("benchmarks");

    /** Runs one scenario. */
    public static void main(String... args) {
        var line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler(Main::reported);
        System.exit(line.execute(args));
    }

    private static int reported(Exception e, CommandLine line, CommandLine.ParseResult parsed) throws Exception {
        if (e instanceof BenchFailure) {
            System.err.println("benchmarks/run: " + e.getMessage());
            return 1;
        }
        throw e;
    }

    @Override
    public Integer call() throws IOException {
        var out = home.toAbsolutePath().normalize().resolve("load/target/bench");
        Files.createDirectories(out);
        var bench = bench(out);
        var report = new Scenarios(bench, candidates, baseline, requests, commands).run(scenario);
        System.out.print(report);
        var file = out.resolveSibling("results-" + scenario + "-" + System.currentTimeMillis() + ".md");
        Files.writeString(file, report);
        Bench.say("written to " + file);
        return 0;
    }

    private Bench bench(Path out) {
        return new Bench(
                home.toAbsolutePath().normalize(),
                out,
                jvmClient ? new JvmClient() : Wrk.installed(out).orElseGet(JvmClient::new),
                rounds,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmUp),
                new PairedComparison.Plan(warmUpRequests, measuredRequests, pairs),
                connections);
    }
}
