package io.apikit.bench.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Lanes that are measured one after the other, in several rounds: a change of the machine's speed meets all of them. */
final class SideBySide {
    private final Bench bench;
    private final List<Lane> lanes;
    private final Map<Lane, List<Sample>> samples = new LinkedHashMap<>();

    SideBySide(Bench bench, List<Lane> lanes) {
        this.bench = bench;
        this.lanes = lanes;
    }

    SideBySide measure(Launched backend) {
        for (int round = 1; round <= bench.rounds(); round++) {
            Bench.say("round " + round + " of " + bench.rounds());
            for (var lane : lanes) {
                of(lane).add(measured(lane, backend));
            }
        }
        return this;
    }

    private Sample measured(Lane lane, Launched backend) {
        try (var service = MeasuredService.start(lane, backend, bench)) {
            service.drive(bench.lasting(bench.warmUp()));
            var sample = service.measure(bench.lasting(bench.time()));
            return sample.withAllocated(service.allocated(bench.lasting(allocationTime())));
        }
    }

    private Duration allocationTime() {
        return Duration.ofSeconds(Math.max(1, bench.time().toSeconds() / 5));
    }

    /** Returns the table. Its ratios are to the lane with this label, if there is one. */
    String table(String baseline) {
        var table = new Table(Column.titles());
        var base = lanes.stream()
                .filter(lane -> lane.label().equals(baseline))
                .findFirst()
                .map(this::of)
                .orElse(List.of());
        for (var lane : lanes) {
            table.row(Column.row(lane.label(), column -> column.cell(of(lane), column.ratioOfMedians(of(lane), base))));
        }
        return table.toString();
    }

    private List<Sample> of(Lane lane) {
        return samples.computeIfAbsent(lane, unmeasured -> new ArrayList<>());
    }

    /** Returns the largest median of a figure divided by the smallest. */
    double growth(Column column) {
        var medians = lanes.stream()
                .mapToDouble(lane -> column.spread(of(lane)).median())
                .summaryStatistics();
        return medians.getMax() / medians.getMin();
    }
}
