package io.apikit.bench.load;

import io.apikit.bench.load.report.Figure;
import io.apikit.bench.load.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a process costs from its start to its first response, its 100th and its 10,000th. Each measurement of a candidate has
 * one of the baseline directly before or after it, as a pair. A run of each that is not counted precedes the first round.
 */
final class Cold implements Experiment {
    private static final List<String> NUMBERS = List.of("1st", "100th", "10,000th");

    /** A figure of one point of a run. */
    private record Measure(Figure figure, int point, ToDoubleFunction<ColdRun.Point> value) {
        double of(List<ColdRun.Point> run) {
            return value.applyAsDouble(run.get(point));
        }
    }

    private final Bench bench;
    private final Contender baseline;
    private final List<Contender> candidates;

    /** The runs of each candidate, and those of the baseline that are paired with them. */
    private final Map<Contender, List<List<ColdRun.Point>>> runs = new LinkedHashMap<>();

    private final Map<Contender, List<List<ColdRun.Point>>> paired = new LinkedHashMap<>();

    Cold(Bench bench, Contender baseline, List<Contender> candidates) {
        this.bench = bench;
        this.baseline = baseline;
        this.candidates = candidates;
    }

    @Override
    public String amount() {
        return bench.amount() + ", 1 pair of cold starts each, 10,000 requests after a start";
    }

    @Override
    public Estimate estimate() {
        // Ten thousand cold requests take as long as many warm ones.
        return new Estimate(0, 0, (2L * candidates.size() * bench.rounds() + 2L * candidates.size()) * 9);
    }

    @Override
    public Findings measure(Launched backend) {
        Stream.concat(Stream.of(baseline), candidates.stream()).forEach(contender -> run(contender, backend));
        for (int round = 0; round < bench.rounds(); round++) {
            for (var candidate : candidates) {
                Bench.say("round " + (round + 1) + " of " + bench.rounds());
                boolean isBaselineFirst = (round + candidates.indexOf(candidate)) % 2 == 0;
                if (isBaselineFirst) {
                    kept(paired, candidate, run(baseline, backend));
                }
                kept(runs, candidate, run(candidate, backend));
                if (!isBaselineFirst) {
                    kept(paired, candidate, run(baseline, backend));
                }
            }
        }
        return new Findings(rows(), List.of());
    }

    private List<ColdRun.Point> run(Contender contender, Launched backend) {
        var run = ColdRun.of(contender, backend, bench);
        Bench.say(contender.label() + ": " + run);
        return run;
    }

    private static void kept(Map<Contender, List<List<ColdRun.Point>>> runs, Contender of, List<ColdRun.Point> run) {
        runs.computeIfAbsent(of, unmeasured -> new ArrayList<>()).add(run);
    }

    private List<Row> rows() {
        var all = paired.values().stream().flatMap(List::stream).toList();
        var rows = new ArrayList<Row>();
        measures().forEach(measure -> rows.add(row(baseline, measure, all)));
        for (var candidate : candidates) {
            var beside = paired.getOrDefault(candidate, List.of());
            measures()
                    .forEach(measure -> rows.add(
                            row(candidate, measure, runs(candidate)).over(baseline.label(), samples(measure, beside))));
        }
        trainedBaseline().ifPresent(by -> overTrained(by).forEach(rows::add));
        return rows;
    }

    /** A candidate with a cache is compared with the baseline that has a cache too: those of the same round. */
    private Stream<Row> overTrained(Contender by) {
        return candidates.stream()
                .filter(candidate -> candidate.isTrained() && !candidate.equals(by))
                .flatMap(candidate -> measures()
                        .map(measure ->
                                row(candidate, measure, runs(candidate)).over(by.label(), samples(measure, runs(by)))));
    }

    private Optional<Contender> trainedBaseline() {
        return candidates.stream()
                .filter(candidate ->
                        candidate.isTrained() && candidate.candidate().equals(baseline.candidate()))
                .findFirst();
    }

    private List<List<ColdRun.Point>> runs(Contender of) {
        return runs.getOrDefault(of, List.of());
    }

    private static Row row(Contender of, Measure measure, List<List<ColdRun.Point>> runs) {
        return Row.alone(of.label(), measure.figure(), samples(measure, runs));
    }

    private static List<Double> samples(Measure measure, List<List<ColdRun.Point>> runs) {
        return runs.stream().map(measure::of).toList();
    }

    private static Stream<Measure> measures() {
        return Stream.of(
                        each("cpu to the ", "s", 2, true, ColdRun.Point::cpuSeconds),
                        each("wall time to the ", "s", 2, true, ColdRun.Point::wallSeconds),
                        each("RSS at the ", "MiB", 0, false, ColdRun.Point::rssMiB))
                .flatMap(measures -> measures);
    }

    private static Stream<Measure> each(
            String name, String unit, int decimals, boolean isListed, ToDoubleFunction<ColdRun.Point> value) {
        return IntStream.range(0, NUMBERS.size())
                .mapToObj(point -> new Measure(
                        new Figure(name + NUMBERS.get(point) + " answer", unit, decimals, isListed), point, value));
    }
}
