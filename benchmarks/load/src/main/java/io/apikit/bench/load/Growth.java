package io.apikit.bench.load;

import io.apikit.bench.load.report.Figure;
import io.apikit.bench.load.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Whether a request costs more with many callers than with one, and below the last of many routes. A round starts a process
 * of each candidate for each size, warms each with requests of its size, and measures all of them in turn, in both orders.
 * The growth of a candidate is compared with the baseline's own growth in the same turn.
 */
final class Growth implements Experiment {
    /** What grows, and its sizes. */
    @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
    private enum Dimension {
        CALLERS(1, 100, 10_000),
        ROUTES(1, 64, 512);

        private final List<Integer> sizes;

        Dimension(Integer... sizes) {
            this.sizes = List.of(sizes);
        }

        Lane lane(Contender contender, int count) {
            var size = new Row.Size(name().toLowerCase(Locale.ROOT), count);
            return this == CALLERS
                    ? new Lane(contender, Workload.WRAPPED.by(count), size)
                    : new Lane(contender.with("PREFIXES", count), Workload.WRAPPED.below("/p" + (count - 1)), size);
        }
    }

    private static final Figure GROWTH = new Figure("growth of CPU", "x", 2, true);

    private final Bench bench;
    private final Contender baseline;
    private final List<Contender> all;
    private final Map<Lane, List<Sample>> samples = new LinkedHashMap<>();

    Growth(Bench bench, Contender baseline, List<Contender> candidates) {
        this.bench = bench;
        this.baseline = baseline;
        this.all = Stream.concat(Stream.of(baseline), candidates.stream()).toList();
    }

    @Override
    public String amount() {
        return bench.amount() + " of " + bench.plan() + " for each size";
    }

    @Override
    public Estimate estimate() {
        var plan = bench.plan();
        long processes = bench.rounds()
                * Stream.of(Dimension.values())
                        .mapToLong(of -> lanes(of).size())
                        .sum();
        return new Estimate(processes, processes * (plan.warmUp() + plan.measured() * plan.pairs()), 0);
    }

    @Override
    public Findings measure(Launched backend) {
        for (int round = 0; round < bench.rounds(); round++) {
            for (var dimension : Dimension.values()) {
                Bench.say("round " + (round + 1) + " of " + bench.rounds() + ": " + dimension);
                round(round % 2 == 1, lanes(dimension), backend);
            }
        }
        return new Findings(Stream.of(Dimension.values()).flatMap(this::rows).toList(), List.of());
    }

    private void round(boolean isReversed, List<Lane> lanes, Launched backend) {
        var plan = bench.plan();
        try (var group = Group.start(lanes, backend, bench)) {
            group.each(isReversed, (lane, service) -> service.drive(bench.requests(plan.warmUp())));
            for (int turn = 0; turn < plan.pairs(); turn++) {
                group.each(
                        isReversed == (turn % 2 == 0),
                        (lane, service) -> samples.computeIfAbsent(lane, unmeasured -> new ArrayList<>())
                                .add(service.measure(bench.requests(plan.measured()))));
            }
        }
    }

    /** The candidates of one size stand beside each other. Only sessions are in a store: it has no rows about routes. */
    private List<Lane> lanes(Dimension dimension) {
        return dimension.sizes.stream()
                .flatMap(size -> measured(dimension).map(contender -> dimension.lane(contender, size)))
                .toList();
    }

    private Stream<Contender> measured(Dimension dimension) {
        return all.stream()
                .filter(contender -> dimension == Dimension.CALLERS
                        || !contender.environment().containsKey("STORE"));
    }

    private Stream<Row> rows(Dimension dimension) {
        return measured(dimension)
                .flatMap(contender -> dimension.sizes.stream().flatMap(size -> rows(dimension, contender, size)));
    }

    private Stream<Row> rows(Dimension dimension, Contender contender, int count) {
        var lane = dimension.lane(contender, count);
        var figures = Stream.of(Column.CPU, Column.P99, Column.RSS)
                .map(column -> compared(
                        lane, column.figure(), column.of(of(lane)), column.of(of(dimension.lane(baseline, count)))));
        var growth = Stream.of(dimension)
                .filter(of -> count != of.sizes.get(0))
                .map(of -> compared(lane, GROWTH, growth(of, contender, count), growth(of, baseline, count)));
        return Stream.concat(figures, growth);
    }

    private Row compared(Lane lane, Figure figure, List<Double> figures, List<Double> ofBaseline) {
        var label = lane.contender().label();
        var row = Row.alone(label, figure, figures).at(lane.size());
        return label.equals(baseline.label()) ? row : row.over(baseline.label(), ofBaseline);
    }

    /** Returns the CPU at a size over that at the smallest size, in each turn. */
    private List<Double> growth(Dimension dimension, Contender contender, int count) {
        var least = Column.CPU.of(of(dimension.lane(contender, dimension.sizes.get(0))));
        var most = Column.CPU.of(of(dimension.lane(contender, count)));
        return IntStream.range(0, Math.min(least.size(), most.size()))
                .mapToObj(turn -> most.get(turn) / least.get(turn))
                .toList();
    }

    private List<Sample> of(Lane lane) {
        return samples.getOrDefault(lane, List.of());
    }
}
