package io.apikit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.bench.load.report.Row;
import io.apikit.bench.load.report.Spread;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class SamplePairTest {
    private final List<String> measured = new ArrayList<>();

    @Test
    void pairsAlternateTheirOrder() {
        alternating(3);

        assertThat(measured).containsExactly("A", "B", "B", "A", "A", "B");
    }

    @Test
    void pairKeepsItsSidesInBothOrders() {
        assertThat(alternating(2)).containsOnly(pair(20, 30));
    }

    @Test
    void swappedPairHasTheInverseRatio() {
        assertThat(Column.CPU.ratio(pair(20, 30).swapped())).isEqualTo(20.0 / 30);
    }

    @Test
    void medianOfRatiosIsNotTheRatioOfMedians() {
        var pairs = List.of(pair(10, 11), pair(100, 90), pair(20, 40));

        assertThat(over(Column.CPU, pairs).ratio()).isEqualTo(new Spread(1.1, 0.9, 2.0));
    }

    @Test
    void allocationIsComparedWhereItWasCounted() {
        var pairs = List.of(pair(10, 11), pair(10, 12).withAllocated(1_000, 1_500));

        assertThat(over(Column.ALLOCATED, pairs).ratio()).isEqualTo(new Spread(1.5, 1.5, 1.5));
    }

    private static Row over(Column column, List<SamplePair> pairs) {
        var baseline = pairs.stream().map(SamplePair::baseline).toList();
        var candidate = pairs.stream().map(SamplePair::candidate).toList();
        return Row.alone("b", column.figure(), column.of(candidate)).over("a", column.of(baseline));
    }

    private List<SamplePair> alternating(int pairs) {
        return SamplePair.alternating(pairs, measuring("A", 20), measuring("B", 30));
    }

    private Supplier<Sample> measuring(String name, double cpu) {
        return () -> {
            measured.add(name);
            return sample(cpu);
        };
    }

    private static SamplePair pair(double baseline, double candidate) {
        return new SamplePair(sample(baseline), sample(candidate));
    }

    private static Sample sample(double cpu) {
        return new Sample(1, cpu, 1, 1, Double.NaN, 1);
    }
}
