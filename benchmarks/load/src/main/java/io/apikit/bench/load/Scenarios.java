package io.apikit.bench.load;

import io.apikit.bench.load.report.Machine;
import io.apikit.bench.load.report.Report;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Assembles and runs each scenario. */
final class Scenarios {
    private static final Duration LOGIN = Duration.ofSeconds(1);

    private final Bench bench;
    private final Candidates candidates;
    private final Choice choice;

    /**
     * What the caller chose. Immutable.
     *
     * @param candidates in place of the scenario's own; empty for the scenario's own
     * @param requests how many are sent at once; 0 for the scenario's own number
     * @param minutes of a soak
     * @param store the URL of a Redis; blank for none
     */
    record Choice(List<String> candidates, String baseline, int requests, int minutes, String store) {}

    Scenarios(Bench bench, Choice choice) {
        this.bench = bench;
        this.candidates = new Candidates(bench.home());
        this.choice = choice;
    }

    Report run(Scenario scenario) {
        var started = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        try (var backend = backend(scenario)) {
            var contenders = contenders(scenario, backend);
            var experiment = experiment(scenario, contenders);
            Bench.say(String.format(
                    "%s: %s; about %.0f minutes",
                    scenario,
                    experiment.amount(),
                    Math.ceil(experiment.estimate().minutes())));
            var findings = experiment.measure(backend);
            return new Report(
                    scenario.toString(),
                    started,
                    experiment.amount(),
                    Machine.here(),
                    contenders.stream().map(Contender::entrant).toList(),
                    findings.rows(),
                    findings.notes());
        }
    }

    private Experiment experiment(Scenario scenario, List<Contender> contenders) {
        var base = contenders.get(0);
        var others = contenders.subList(1, contenders.size());
        return switch (scenario) {
            case WRAPPED -> paired(contenders, Workload.WRAPPED);
            case HEALTH -> paired(contenders, Workload.HEALTH);
            case METADATA -> paired(contenders, Workload.METADATA);
            case COLD -> new Cold(bench, base, others);
            case TAIL -> new Tail(bench, base, others);
            case GROWTH -> new Growth(bench, base, others);
            case IDLE -> new Idle(bench, base, others);
            case IN_FLIGHT -> new AtOnce(bench, AtOnce.Event.IN_FLIGHT, contenders, choice.requests());
            case EXPIRED -> new AtOnce(bench, AtOnce.Event.EXPIRED, contenders, choice.requests());
            case SOAK -> new Soak(bench, base, choice.minutes());
        };
    }

    private Experiment paired(List<Contender> contenders, Workload workload) {
        var lanes =
                contenders.stream().map(contender -> lane(contender, workload)).toList();
        return new PairedComparison(bench, lanes.get(0), lanes.subList(1, lanes.size()));
    }

    /** A reverse proxy returns the backend's text and makes no JSON of it. */
    private static Lane lane(Contender contender, Workload workload) {
        return Lane.of(
                contender,
                contender.candidate().name().equals(Candidates.NGINX) ? workload.expecting("93.5") : workload);
    }

    /** A login takes its time only where that is measured: ten thousand callers log in for the growth. */
    private Launched backend(Scenario scenario) {
        var login = scenario == Scenario.EXPIRED ? LOGIN : Duration.ZERO;
        var classPath = System.getProperty("java.class.path");
        var command = List.of(
                Bench.JAVA, "-XX:+UseSerialGC", "-Xmx256m", "-cp", classPath, "io.apikit.bench.load.backend.Main");
        var environment = Map.of("LOGIN_DELAY", String.valueOf(login.toMillis()));
        return Launched.start("the backend", command, environment, bench.log("backend"))
                .ready();
    }

    /** Returns the contenders, ready to be started. Where there is a baseline, it is the first. */
    private List<Contender> contenders(Scenario scenario, Launched backend) {
        var named = Stream.concat(
                        hasBaseline(scenario) ? Stream.of(choice.baseline()) : Stream.of(), names(scenario).stream())
                .map(words -> Contender.of(words, candidates))
                .distinct()
                .filter(Scenarios::isAvailable)
                .map(contender -> limited(scenario, contender))
                .toList();
        if (named.isEmpty() || (hasBaseline(scenario) && (named.size() < 2 || !isBaseline(named.get(0))))) {
            throw new BenchFailure(scenario + " needs a candidate"
                    + (hasBaseline(scenario) ? " and its baseline, " + choice.baseline() : ""));
        }
        var caches = new AotCache(bench, backend);
        return named.stream()
                .map(contender -> contender.isTrained() ? caches.trained(contender) : contender)
                .toList();
    }

    private List<String> names(Scenario scenario) {
        var names = new ArrayList<>(choice.candidates().isEmpty() ? scenario.candidates() : choice.candidates());
        if (scenario == Scenario.GROWTH
                && !choice.store().isEmpty()
                && choice.candidates().isEmpty()) {
            names.add("apikit LOGIN=callers STORE=" + choice.store());
        }
        return names;
    }

    private static boolean hasBaseline(Scenario scenario) {
        return !List.of(Scenario.IN_FLIGHT, Scenario.EXPIRED, Scenario.SOAK).contains(scenario);
    }

    private boolean isBaseline(Contender contender) {
        return contender
                .label()
                .equals(String.join(" ", choice.baseline().strip().split("\\s+")));
    }

    private static Contender limited(Scenario scenario, Contender contender) {
        return switch (scenario) {
            case IN_FLIGHT -> AtOnce.Event.IN_FLIGHT.prepared(contender);
            case EXPIRED -> AtOnce.Event.EXPIRED.prepared(contender);
            default -> contender;
        };
    }

    private static boolean isAvailable(Contender contender) {
        var candidate = contender.candidate();
        if (!candidate.isAvailable()) {
            Bench.say("left out: " + contender.label() + ": " + candidate.absence());
        }
        return candidate.isAvailable();
    }
}
