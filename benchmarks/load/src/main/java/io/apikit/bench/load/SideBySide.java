package io.apikit.bench.load;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Lanes measured in turn, round after round, so that what the machine does besides meets all of them alike. */
final class SideBySide {
    private final Bench bench;
    private final List<Lane> lanes;
    private final Map<Lane, List<Sample>> samples = new LinkedHashMap<>();

    SideBySide(Bench bench, List<Lane> lanes) {
        this.bench = bench;
        this.lanes = lanes;
        lanes.forEach(lane -> samples.put(lane, new ArrayList<>()));
    }

    SideBySide measure(Launched backend) {
        var measurement = new Measurement(bench, backend);
        for (int round = 1; round <= bench.rounds(); round++) {
            for (var lane : lanes) {
                var sample = measurement.of(lane);
                samples.getOrDefault(lane, List.of()).add(sample);
                Bench.say("round " + round + " of " + bench.rounds() + ": " + lane.label() + ": " + sample);
            }
        }
        return this;
    }

    /** Ratios are to the lane of this label, if there is one. */
    String table(String baseline) {
        var columns = List.of(Column.values());
        var table = new Table(Stream.concat(Stream.of(""), columns.stream().map(column -> column.title))
                .toList());
        var base = lanes.stream()
                .filter(lane -> lane.label().equals(baseline))
                .findFirst()
                .map(this::of)
                .orElse(List.of());
        for (var lane : lanes) {
            table.row(Stream.concat(
                            Stream.of(lane.label()), columns.stream().map(column -> column.cell(of(lane), base)))
                    .toList());
        }
        return table.toString();
    }

    private List<Sample> of(Lane lane) {
        return samples.getOrDefault(lane, List.of());
    }

    /** By how much the medians of a figure differ: the most over the least. */
    double growth(Column column) {
        var medians = lanes.stream()
                .mapToDouble(lane -> column.spread(of(lane)).median())
                .summaryStatistics();
        return medians.getMax() / medians.getMin();
    }
}
