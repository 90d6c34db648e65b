package io.apikit.bench.load;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts each scenario together. */
final class Scenarios {
    private static final List<String> OF_JAVALIN = List.of("apikit", "by-hand-apache");
    private static final List<String> OURS = List.of("apikit");
    private static final String NGINX = "nginx";
    private static final Duration LOGIN = Duration.ofSeconds(1);

    private final Bench bench;
    private final List<String> chosen;
    private final String baseline;
    private final int requests;
    private final Map<String, String> commands;

    Scenarios(Bench bench, List<String> chosen, String baseline, int requests, Map<String, String> commands) {
        this.bench = bench;
        this.chosen = chosen;
        this.baseline = baseline;
        this.requests = requests;
        this.commands = commands;
    }

    /** The report, in Markdown. */
    String run(Scenario scenario) {
        try (var backend = backend()) {
            return switch (scenario) {
                case WRAPPED -> sideBySide(backend, Candidates.names(), Workload.WRAPPED);
                case HEALTH -> sideBySide(backend, OF_JAVALIN, Workload.HEALTH);
                case METADATA -> sideBySide(backend, OF_JAVALIN, Workload.METADATA);
                case GROWTH -> each(contender -> new Growth(bench, contender, backend).report());
                case IN_FLIGHT -> each(contender -> new AtOnce(bench, contender, backend, requests).inFlight());
                case EXPIRED -> each(contender -> new AtOnce(bench, contender, backend, requests).expired(LOGIN));
                case IDLE -> described(List.of()) + "\n" + new Idle(bench, commands(), backend).report();
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

    private String sideBySide(Launched backend, List<String> all, Workload workload) {
        var contenders = contenders(all);
        var lanes = contenders.stream()
                .map(contender -> new Lane(contender, asked(contender, workload)))
                .toList();
        return described(contenders) + "\n"
                + new SideBySide(bench, lanes).measure(backend).table(baseline);
    }

    /** Of the library alone, unless others are chosen. */
    private String each(Function<Contender, String> report) {
        var contenders = contenders(OURS);
        return described(contenders) + "\n" + contenders.stream().map(report).collect(Collectors.joining("\n"));
    }

    private Map<String, String> commands() {
        var jar = bench.home().resolveSibling("example-service/target/example-service.jar");
        return commands.isEmpty() ? Map.of("java -jar", "java -jar " + jar) : commands;
    }

    private List<Contender> contenders(List<String> all) {
        var candidates = new Candidates(bench.home());
        return (chosen.isEmpty() ? all : chosen)
                .stream()
                        .map(words -> Contender.of(words, candidates))
                        .filter(Scenarios::isHere)
                        .toList();
    }

    private static boolean isHere(Contender contender) {
        var candidate = contender.candidate();
        if (!candidate.isHere()) {
            Bench.say("left out: " + contender.label() + ": " + candidate.absence());
        }
        return candidate.isHere();
    }

    /** A reverse proxy makes no JSON of it. */
    private static Workload asked(Contender contender, Workload workload) {
        return contender.candidate().name().equals(NGINX) ? workload.answering("93.5") : workload;
    }

    private String described(List<Contender> contenders) {
        return Machine.described(
                bench, contenders.stream().map(Contender::candidate).distinct().toList());
    }
}
