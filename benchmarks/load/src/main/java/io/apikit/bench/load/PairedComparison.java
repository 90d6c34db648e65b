package io.apikit.bench.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A comparison of candidates with a baseline, in pairs of measurements with a fixed number of requests. Each round starts
 * new processes of the baseline and the candidate. Both get the same number of requests as a warm-up. Then they are
 * measured in alternating order. Every second round exchanges the two in all these steps.
 *
 * <p>The machine's speed changes from minute to minute. It affects both measurements of a pair, and hardly their ratio.
 */
final class PairedComparison {
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
    private final JvmClient client = new JvmClient();
    private final Lane baseline;
    private final List<Lane> candidates;
    private final Map<Lane, List<List<SamplePair>>> rounds = new LinkedHashMap<>();

    PairedComparison(Bench bench, Lane baseline, List<Lane> candidates) {
        this.bench = bench;
        this.baseline = baseline;
        this.candidates = candidates;
    }

    PairedComparison measure(Launched backend) {
        for (int round = 0; round < bench.rounds(); round++) {
            for (var candidate : candidates) {
                Bench.say("round " + (round + 1) + " of " + bench.rounds() + ": " + candidate.label() + " and "
                        + baseline.label());
                var pairs = measured(round, candidate, backend);
                rounds.computeIfAbsent(candidate, unmeasured -> new ArrayList<>())
                        .add(pairs);
                Bench.say("CPU, ratio of each pair: " + ratios(pairs));
            }
        }
        return this;
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
            var warmUp = requests(plan.warmUp());
            a.drive(warmUp);
            b.drive(warmUp);
            var load = requests(plan.measured());
            var pairs =
                    new ArrayList<>(SamplePair.alternating(plan.pairs(), () -> a.measure(load), () -> b.measure(load)));
            var allocation = requests(plan.allocation());
            pairs.add(pairs.remove(pairs.size() - 1).withAllocated(a.allocated(allocation), b.allocated(allocation)));
            return pairs;
        }
    }

    /** Returns the load, in words. */
    String amount() {
        return client.version() + ", " + bench.connections() + " connections; " + bench.rounds() + " rounds of "
                + bench.plan();
    }

    private MeasuredService.LoadSource requests(long count) {
        return (workload, port) -> client.drive(workload, port, bench.connections(), count);
    }

    /** Returns a table of all figures, and one of the CPU ratio of each pair. */
    String report() {
        return figures() + "\n" + cpuRatios();
    }

    private Table figures() {
        var table = new Table(Column.titles());
        var ofBaseline = candidates.stream()
                .flatMap(this::pairs)
                .map(SamplePair::baseline)
                .toList();
        table.row(Column.row(baseline.label(), column -> column.cell(ofBaseline, Double.NaN)));
        for (var candidate : candidates) {
            var pairs = pairs(candidate).toList();
            var samples = pairs.stream().map(SamplePair::candidate).toList();
            table.row(Column.row(
                    candidate.label(),
                    column -> column.cell(samples, column.ratios(pairs).median())));
        }
        return table;
    }

    private Table cpuRatios() {
        var titles = new ArrayList<>(List.of("CPU over that of " + baseline.label()));
        IntStream.rangeClosed(1, bench.rounds()).forEach(round -> titles.add("round " + round));
        titles.addAll(List.of("median", "least", "most"));
        var table = new Table(titles);
        for (var candidate : candidates) {
            var spread = Column.CPU.ratios(pairs(candidate).toList());
            var cells = new ArrayList<>(List.of(candidate.label()));
            rounds.getOrDefault(candidate, List.of()).forEach(pairs -> cells.add(ratios(pairs)));
            DoubleStream.of(spread.median(), spread.least(), spread.most())
                    .mapToObj(PairedComparison::ratio)
                    .forEach(cells::add);
            table.row(cells);
        }
        return table;
    }

    private Stream<SamplePair> pairs(Lane candidate) {
        return rounds.getOrDefault(candidate, List.of()).stream().flatMap(List::stream);
    }

    private static String ratios(List<SamplePair> pairs) {
        return pairs.stream()
                .map(Column.CPU::ratio)
                .map(PairedComparison::ratio)
                .collect(Collectors.joining(" "));
    }

    private static String ratio(double ratio) {
        return String.format("%.3f", ratio);
    }
}
