package io.apikit.bench.load;

import io.apikit.bench.load.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

    @Option(names = "--all", description = "all scenarios except the soak, one after the other")
    private boolean all;

    @Option(
            names = "--candidates",
            split = ",",
            description =
                    "comma-separated; each may be followed by +aot for an AOT cache, JVM flags and variables of its"
                            + " environment: 'apikit +aot,apikit -XX:+UseSerialGC PREFIXES=8'. A candidate in Java may be one that"
                            + " is built in another checkout: 'apikit@/path/to/checkout'. Default: those of the scenario")
    private List<String> candidates = List.of();

    @Option(
            names = "--baseline",
            description = "the candidate that the others are compared with, written as in --candidates;"
                    + " default ${DEFAULT-VALUE}")
    private String baseline = "by-hand-apache";

    @Option(names = "--rounds", description = "default ${DEFAULT-VALUE}")
    private int rounds = 3;

    @Option(names = "--pairs", description = "pairs of measurements a round; default ${DEFAULT-VALUE}")
    private int pairs = 2;

    @Option(names = "--warm-up-requests", description = "requests that warm each process; default ${DEFAULT-VALUE}")
    private long warmUpRequests = 150_000;

    @Option(names = "--measured-requests", description = "requests of each measurement; default ${DEFAULT-VALUE}")
    private long measuredRequests = 50_000;

    @Option(names = "--connections", description = "default ${DEFAULT-VALUE}")
    private int connections = 32;

    @Option(names = "--requests", description = "in-flight and expired: how many at once; default 10,000 and 8,000")
    private int requests;

    @Option(names = "--rest", description = "idle: seconds of rest; default ${DEFAULT-VALUE}")
    private int rest = 60;

    @Option(names = "--minutes", description = "soak: how long it takes; default ${DEFAULT-VALUE}")
    private int minutes = 30;

    @Option(names = "--store", description = "growth: the URL of a Redis, for callers whose logins are shared on it")
    private String store = "";

    @Option(names = "--home", description = "the folder of the candidates; default ${DEFAULT-VALUE}")
    private Path home = Path.of("benchmarks");

    /** Runs one scenario. */
    public static void main(String... args) {
        var line = new CommandLine(new Main())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOverwrittenOptionsAllowed(true)
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
        var plan = new PairedComparison.Plan(warmUpRequests, measuredRequests, pairs);
        var bench =
                new Bench(home.toAbsolutePath().normalize(), out, rounds, plan, connections, Duration.ofSeconds(rest));
        var choice = new Scenarios.Choice(candidates, baseline, requests, minutes, store);
        var scenarios = new Scenarios(bench, choice);
        for (var each : all ? Scenario.ALL : List.of(scenario)) {
            write(scenarios.run(each), out.resolveSibling("results-" + each + "-" + System.currentTimeMillis()));
        }
        return 0;
    }

    private static void write(Report report, Path file) throws IOException {
        System.out.println(report.markdown());
        Files.writeString(Path.of(file + ".md"), report.markdown());
        Files.writeString(Path.of(file + ".json"), report.json());
        Bench.say("written to " + file + ".md and .json");
    }
}
