package io.apikit.bench.load;

import static java.util.Objects.requireNonNull;

import io.apikit.bench.load.report.Figure;
import io.apikit.bench.load.report.Row;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a process without requests takes: 10,000 requests to each of the candidates, then a rest for all at the same time.
 * Once they have settled, the CPU of the rest is counted, and the memory at its end.
 */
final class Idle implements Experiment {
    private static final long REQUESTS = 10_000;

    /** The part of the rest that precedes it: the JVM's compilers are still busy with the requests. */
    private static final int SETTLING = 3;

    private static final Figure CPU = new Figure("CPU at rest", "ms/min", 0, true);
    private static final Figure RSS = new Figure("RSS after the rest", "MiB", 0, true);

    private final Bench bench;
    private final List<Lane> lanes;
    private final Map<Lane, List<Double>> cpu = new LinkedHashMap<>();
    private final Map<Lane, List<Double>> rss = new LinkedHashMap<>();

    Idle(Bench bench, Contender baseline, List<Contender> candidates) {
        this.bench = bench;
        this.lanes = Stream.concat(Stream.of(baseline), candidates.stream())
                .map(contender -> Lane.of(contender, Workload.WRAPPED))
                .toList();
    }

    @Override
    public String amount() {
        return bench.amount() + " of " + REQUESTS + " requests, then "
                + bench.rest().toSeconds() + " s of rest";
    }

    @Override
    public Estimate estimate() {
        long processes = (long) lanes.size() * bench.rounds();
        return new Estimate(
                processes,
                2 * processes * REQUESTS,
                bench.rounds() * bench.rest().toSeconds() * 4 / 3);
    }

    @Override
    public Findings measure(Launched backend) {
        for (int round = 0; round < bench.rounds(); round++) {
            Bench.say("round " + (round + 1) + " of " + bench.rounds());
            try (var group = Group.start(lanes, backend, bench)) {
                group.each(round % 2 == 1, (lane, service) -> service.drive(bench.requests(REQUESTS)));
                rest(group);
            }
        }
        var rows = lanes.stream().flatMap(lane -> Stream.of(row(lane, CPU, cpu), row(lane, RSS, rss)));
        return new Findings(rows.toList(), List.of());
    }

    private void rest(Group group) {
        Pause.of(bench.rest().dividedBy(SETTLING));
        var before = new LinkedHashMap<Lane, ProcessAccount>();
        group.each(false, (lane, service) -> before.put(lane, service.account()));
        Pause.of(bench.rest());
        group.each(false, (lane, service) -> {
            var after = service.account();
            var used = after.cpuMicros() - requireNonNull(before.get(lane)).cpuMicros();
            kept(cpu, lane, used / 1e3 * 60 / bench.rest().toSeconds());
            kept(rss, lane, after.rssMiB());
            Bench.say(lane.label() + ": " + used / 1e3 + " ms of CPU, RSS " + after.rssMiB() + " MiB");
        });
    }

    private static void kept(Map<Lane, List<Double>> figures, Lane lane, double figure) {
        figures.computeIfAbsent(lane, unmeasured -> new ArrayList<>()).add(figure);
    }

    private Row row(Lane lane, Figure figure, Map<Lane, List<Double>> figures) {
        var baseline = lanes.get(0);
        var row = Row.alone(lane.label(), figure, figures.getOrDefault(lane, List.of()));
        return lane.equals(baseline) ? row : row.over(baseline.label(), figures.getOrDefault(baseline, List.of()));
    }
}
