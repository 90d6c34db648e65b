package io.apikit.bench.load;

import io.apikit.bench.load.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A comparison of candidates with a baseline, in pairs of measurements with a fixed number of requests. Each round starts
 * new processes of the baseline and the candidate. Both get the same number of requests as a warm-up. Then they are
 * measured in alternating order. Every second round exchanges the two in all these steps.
 *
 * <p>The machine's speed changes from minute to minute. It affects both measurements of a pair, and hardly their ratio.
 */
final class PairedComparison implements Experiment {
    /**
     * Numbers of requests and pairs. Immutable.
     *
     * @param warmUp requests that warm each process
     * @param measured requests of each measurement
     * @param pairs of measurements in a round
     */
    record Plan(long warmUp, long measured, int pairs) {
        Plan {
            if (warmUp < 1 || measured < 1 || pairs < 1) {
                throw new BenchFailure("a comparison needs at least 1 request of each kind and 1 pair");
            }
        }

        /** Returns the number of requests for which the allocation is counted. */
        long allocation() {
            return Math.max(1, measured / 5);
        }

        @Override
        public String toString() {
            return pairs + " pairs, " + measured + " requests a measurement, after " + warmUp + " of warm-up";
        }
    }

    private final Bench bench;
    private final Lane baseline;
    private final List<Lane> candidates;
    private final Map<Lane, List<SamplePair>> rounds = new LinkedHashMap<>();

    PairedComparison(Bench bench, Lane baseline, List<Lane> candidates) {
        this.bench = bench;
        this.baseline = baseline;
        this.candidates = candidates;
    }

    @Override
    public Findings measure(Launched backend) {
        for (int round = 0; round < bench.rounds(); round++) {
            for (var candidate : candidates) {
                Bench.say("round " + (round + 1) + " of " + bench.rounds() + ": " + candidate.label() + " and "
                        + baseline.label());
                var pairs = measured(round, candidate, backend);
                rounds.computeIfAbsent(candidate, unmeasured -> new ArrayList<>())
                        .addAll(pairs);
                Bench.say("CPU, ratio of each pair: " + ratios(pairs));
            }
        }
        return findings();
    }

    private List<SamplePair> measured(int round, Lane candidate, Launched backend) {
        return round % 2 == 0
                ? measured(baseline, candidate, backend)
                : measured(candidate, baseline, backend).stream()
                        .map(SamplePair::swapped)
                        .toList();
    }

    private List<SamplePair> measured(Lane first, Lane second, Launched backend) {
        var plan = bench.plan();
        try (var a = MeasuredService.start(first, backend, bench);
                var b = MeasuredService.start(second, backend, bench)) {
            var warmUp = bench.requests(plan.warmUp());
            a.drive(warmUp);
            b.drive(warmUp);
            var load = bench.requests(plan.measured());
            var pairs =
                    new ArrayList<>(SamplePair.alternating(plan.pairs(), () -> a.measure(load), () -> b.measure(load)));
            var allocation = bench.requests(plan.allocation());
            pairs.add(pairs.remove(pairs.size() - 1).withAllocated(a.allocated(allocation), b.allocated(allocation)));
            return pairs;
        }
    }

    @Override
    public String amount() {
        return bench.amount() + " of " + bench.plan();
    }

    @Override
    public Estimate estimate() {
        var plan = bench.plan();
        long processes = 2L * candidates.size() * bench.rounds();
        return new Estimate(
                processes, processes * (plan.warmUp() + plan.measured() * plan.pairs() + plan.allocation()), 0);
    }

    private Findings findings() {
        var all = candidates.stream()
                .flatMap(this::pairs)
                .map(SamplePair::baseline)
                .toList();
        var rows = Stream.concat(
                Stream.of(Column.values()).map(column -> Row.alone(baseline.label(), column.figure(), column.of(all))),
                candidates.stream().flatMap(this::rows));
        return new Findings(rows.toList(), List.of());
    }

    private Stream<Row> rows(Lane candidate) {
        var ofCandidate = pairs(candidate).map(SamplePair::candidate).toList();
        var ofBaseline = pairs(candidate).map(SamplePair::baseline).toList();
        return Stream.of(Column.values())
                .map(column -> Row.alone(candidate.label(), column.figure(), column.of(ofCandidate))
                        .over(baseline.label(), column.of(ofBaseline)));
    }

    private Stream<SamplePair> pairs(Lane candidate) {
        return rounds.getOrDefault(candidate, List.of()).stream();
    }

    private static String ratios(List<SamplePair> pairs) {
        return pairs.stream()
                .map(pair -> String.format("%.3f", Column.CPU.ratio(pair)))
                .collect(Collectors.joining(" "));
    }
}
