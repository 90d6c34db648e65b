package io.apikit.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Assembles and runs each scenario. */
final class Scenarios {
    private static final List<String> JAVALIN_CANDIDATES = List.of("apikit", "by-hand-apache");
    private static final List<String> APIKIT = List.of("apikit");
    private static final Duration LOGIN = Duration.ofSeconds(1);

    private final Bench bench;
    private final List<String> chosen;
    private final String baseline;
    private final int requests;
    private final Map<String, String> commands;

    /**
     * @param chosen candidates in place of the scenario's own; empty for the scenario's own
     * @param requests how many are sent at once
     * @param commands that start the example, by their labels
     */
    Scenarios(Bench bench, List<String> chosen, String baseline, int requests, Map<String, String> commands) {
        this.bench = bench;
        this.chosen = chosen;
        this.baseline = baseline;
        this.requests = requests;
        this.commands = commands;
    }

    /** Returns the report, in Markdown. */
    String run(Scenario scenario) {
        try (var backend = backend()) {
            return switch (scenario) {
                case WRAPPED -> inPairs(backend, Candidates.names(), Workload.WRAPPED);
                case HEALTH -> sideBySide(backend, JAVALIN_CANDIDATES, Workload.HEALTH);
                case METADATA -> sideBySide(backend, JAVALIN_CANDIDATES, Workload.METADATA);
                case GROWTH -> each(contender -> new Growth(bench, contender, backend).report());
                case IN_FLIGHT -> each(contender -> new AtOnce(bench, contender, backend, requests).inFlight());
                case EXPIRED -> each(contender -> new AtOnce(bench, contender, backend, requests).expired(LOGIN));
                case IDLE ->
                    described(bench.amount(), List.of()) + "\n" + new Idle(bench, commands(), backend).report();
            };
        }
    }

    private Launched backend() {
        var classPath = System.getProperty("java.class.path");
        var command = List.of(
                Bench.JAVA, "-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath, "io.apikit.bench.load.backend.Main");
        return Launched.start(
                        "the backend",
                        command,
                        Map.of("LOGIN_DELAY", String.valueOf(LOGIN.toMillis())),
                        bench.log("backend"))
                .ready();
    }

    private String inPairs(Launched backend, List<String> defaults, Workload workload) {
        var base = Contender.of(baseline, new Candidates(bench.home()));
        var others = contenders(defaults).stream()
                .filter(contender -> !contender.equals(base))
                .distinct()
                .toList();
        if (!isAvailable(base) || others.isEmpty()) {
            throw new BenchFailure("a comparison needs a baseline and another candidate; the baseline is " + baseline);
        }
        var comparison = new PairedComparison(bench, lane(base, workload), lanes(others, workload));
        return described(
                        comparison.amount(),
                        Stream.concat(Stream.of(base), others.stream()).toList())
                + "\n" + comparison.measure(backend).report();
    }

    private String sideBySide(Launched backend, List<String> defaults, Workload workload) {
        var contenders = contenders(defaults);
        return described(bench.amount(), contenders) + "\n"
                + new SideBySide(bench, lanes(contenders, workload))
                        .measure(backend)
                        .table(baseline);
    }

    /** Reports on apikit alone, unless other candidates are chosen. */
    private String each(Function<Contender, String> report) {
        var contenders = contenders(APIKIT);
        return described(bench.amount(), contenders) + "\n"
                + contenders.stream().map(report).collect(Collectors.joining("\n"));
    }

    private Map<String, String> commands() {
        var jar = bench.home().resolveSibling("example-service/target/example-service.jar");
        return commands.isEmpty() ? Map.of("java -jar", "java -jar " + jar) : commands;
    }

    private List<Contender> contenders(List<String> defaults) {
        var candidates = new Candidates(bench.home());
        return (chosen.isEmpty() ? defaults : chosen)
                .stream()
                        .map(words -> Contender.of(words, candidates))
                        .filter(Scenarios::isAvailable)
                        .toList();
    }

    private static boolean isAvailable(Contender contender) {
        var candidate = contender.candidate();
        if (!candidate.isAvailable()) {
            Bench.say("left out: " + contender.label() + ": " + candidate.absence());
        }
        return candidate.isAvailable();
    }

    private static List<Lane> lanes(List<Contender> contenders, Workload workload) {
        return contenders.stream().map(contender -> lane(contender, workload)).toList();
    }

    /** A reverse proxy returns the backend's text and makes no JSON of it. */
    private static Lane lane(Contender contender, Workload workload) {
        return new Lane(
                contender,
                contender.candidate().name().equals(Candidates.NGINX) ? workload.expecting("93.5") : workload);
    }

    private static String described(String amount, List<Contender> contenders) {
        return Machine.described(
                amount, contenders.stream().map(Contender::candidate).distinct().toList());
    }
}
