package io.apikit.bench.load;

import io.apikit.bench.load.report.Figure;
import io.apikit.bench.load.report.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Latencies at one steady rate for a candidate and the baseline: half of what the slower of the two does at most. The rate is
 * found anew in each round, because the speed of the machine changes.
 */
final class Tail implements Experiment {
    private static final double SHARE = 0.5;
    private static final Figure GREATEST = new Figure("greatest rate", "req/s", 0, false);
    private static final Figure RATE = new Figure("steady rate", "req/s", 0, false);

    /** The latencies that are reported. */
    private static final Map<Figure, Function<Load, Duration>> LATENCIES = new LinkedHashMap<>();

    static {
        LATENCIES.put(new Figure("p50", "ms", 2, false), Load::p50);
        LATENCIES.put(new Figure("p99", "ms", 2, true), Load::p99);
        LATENCIES.put(new Figure("p99.9", "ms", 2, false), Load::p999);
    }

    /** A figure of a candidate, and of the baseline beside it. */
    private record Pair(double ofBaseline, double ofCandidate) {}

    private final Bench bench;
    private final Contender baseline;
    private final List<Contender> candidates;
    private final Map<Contender, Map<Figure, List<Pair>>> pairs = new LinkedHashMap<>();

    Tail(Bench bench, Contender baseline, List<Contender> candidates) {
        this.bench = bench;
        this.baseline = baseline;
        this.candidates = candidates;
    }

    @Override
    public String amount() {
        return bench.amount() + " of " + bench.plan() + "; at the steady rate " + OpenLoop.CONNECTIONS + " connections";
    }

    @Override
    public Estimate estimate() {
        var plan = bench.plan();
        long processes = 2L * candidates.size() * bench.rounds();
        // A request at half the rate takes twice the time.
        return new Estimate(processes, processes * (plan.warmUp() + plan.measured() * (1 + 2L * plan.pairs())), 0);
    }

    @Override
    public Findings measure(Launched backend) {
        for (int round = 0; round < bench.rounds(); round++) {
            for (var candidate : candidates) {
                Bench.say("round " + (round + 1) + " of " + bench.rounds() + ": " + candidate.label());
                round(candidate, round % 2 == 1, backend);
            }
        }
        return new Findings(
                Stream.concat(Stream.of(baseline), candidates.stream())
                        .flatMap(this::rows)
                        .toList(),
                List.of());
    }

    private void round(Contender candidate, boolean isReversed, Launched backend) {
        var base = Lane.of(baseline, Workload.WRAPPED);
        var other = Lane.of(candidate, Workload.WRAPPED);
        try (var group = Group.start(List.of(base, other), backend, bench)) {
            var plan = bench.plan();
            group.each(isReversed, (lane, service) -> service.drive(bench.requests(plan.warmUp())));
            var greatest = group.ofEach(
                    isReversed,
                    service -> service.drive(bench.requests(plan.measured())).perSecond());
            var pair = new Pair(greatest.of(base), greatest.of(other));
            kept(candidate, GREATEST, pair);
            var rate = SHARE * Math.min(pair.ofBaseline, pair.ofCandidate);
            kept(candidate, RATE, new Pair(rate, rate));
            for (int turn = 0; turn < plan.pairs(); turn++) {
                var loads = group.ofEach(isReversed == (turn % 2 == 0), service -> atRate(service, rate));
                keepLatencies(candidate, loads.of(base), loads.of(other));
            }
        }
    }

    private void keepLatencies(Contender candidate, Load ofBaseline, Load ofCandidate) {
        LATENCIES.forEach((figure, latency) ->
                kept(candidate, figure, new Pair(millis(latency, ofBaseline), millis(latency, ofCandidate))));
    }

    private Load atRate(MeasuredService service, double rate) {
        var load = service.drive(
                (workload, port) -> OpenLoop.drive(workload, port, bench.plan().measured(), rate));
        Bench.say(load.toString());
        return load;
    }

    private static double millis(Function<Load, Duration> latency, Load load) {
        return latency.apply(load).toNanos() / 1e6;
    }

    private void kept(Contender candidate, Figure figure, Pair pair) {
        pairs.computeIfAbsent(candidate, unmeasured -> new LinkedHashMap<>())
                .computeIfAbsent(figure, unmeasured -> new ArrayList<>())
                .add(pair);
    }

    private Stream<Row> rows(Contender contender) {
        return Stream.concat(Stream.of(GREATEST, RATE), LATENCIES.keySet().stream())
                .map(figure -> contender.equals(baseline) ? ofBaseline(figure) : compared(contender, figure));
    }

    private Row ofBaseline(Figure figure) {
        Stream<Pair> all = candidates.stream().flatMap(candidate -> of(candidate, figure));
        return Row.alone(baseline.label(), figure, all.map(Pair::ofBaseline).toList());
    }

    private Row compared(Contender candidate, Figure figure) {
        return Row.alone(
                        candidate.label(),
                        figure,
                        of(candidate, figure).map(Pair::ofCandidate).toList())
                .over(
                        baseline.label(),
                        of(candidate, figure).map(Pair::ofBaseline).toList());
    }

    private Stream<Pair> of(Contender candidate, Figure figure) {
        return pairs.getOrDefault(candidate, Map.of()).getOrDefault(figure, List.of()).stream();
    }
}
