package io.apikit.bench.load.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ReportTest {
    private static final Figure CPU = new Figure("CPU", "us", 1, true);
    private static final Row BASE = Row.alone("by hand", CPU, List.of(20.0, 10.0, 40.0));

    @Test
    void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(DoubleStream.of(9, 1, 2, 4))).isEqualTo(new Spread(3, 1, 9));
        assertThat(Spread.of(DoubleStream.of(9, 1, 2))).isEqualTo(new Spread(2, 1, 9));
    }

    @Test
    void unavailableFigureIsNotCounted() {
        assertThat(Spread.of(DoubleStream.of(Double.NaN, 5))).isEqualTo(new Spread(5, 5, 5));
        assertThat(Spread.of(DoubleStream.empty()).median()).isNaN();
        assertThat(Row.alone("nginx", CPU, List.of(Double.NaN)).cell()).isEqualTo("n/a");
    }

    @Test
    void ratioIsThatOfEachPair() {
        var row = Row.alone("apikit", CPU, List.of(10.0, 20.0, 20.0)).over("by hand", BASE.samples());

        assertThat(row.ratios()).containsExactly(0.5, 2.0, 0.5);
        assertThat(row.cell()).isEqualTo("20.0 (10.0-20.0) 0.50x");
        assertThat(BASE.cell()).isEqualTo("20.0 (10.0-40.0)");
    }

    @Test
    void unavailableFigureHasNoRatio() {
        var row = Row.alone("apikit", CPU, List.of(Double.NaN, 20.0)).over("by hand", List.of(10.0, 10.0));

        assertThat(row.ratios()).containsExactly(2.0);
    }

    @Test
    void jsonHasSamplesAndPairs() {
        var row = Row.alone("apikit", CPU, List.of(10.0, Double.NaN))
                .at(new Row.Size("callers", 100))
                .over("by hand", List.of(20.0, 20.0));

        assertThat(report(row).json())
                .contains("\"candidate\": \"apikit\", \"figure\": \"CPU\", \"unit\": \"us\", \"of\": \"callers\","
                        + " \"size\": 100, \"median\": 10.0, \"least\": 10.0, \"most\": 10.0, \"samples\": [10.0, null],"
                        + " \"over\": \"by hand\", \"ratio\": {\"median\": 0.5, \"least\": 0.5, \"most\": 0.5,"
                        + " \"pairs\": [0.5]}")
                .contains("\"flags\": [\"-Xmx1g\"]", "\"environment\": {\"A\": \"\\\"b\\\"\"}");
    }

    @Test
    void markdownHasEachPairAndTheFlags() {
        var row = Row.alone("apikit", CPU, List.of(10.0, 20.0, 20.0)).over("by hand", BASE.samples());

        assertThat(report(row).markdown())
                .contains("- apikit: -Xmx1g; environment {A=\"b\"}; javalin 7")
                .contains("| CPU   | apikit | by hand | 0.500 2.000 0.500 | 0.500  | 0.500 | 2.000 |");
    }

    private static Report report(Row row) {
        var entrant = new Entrant("apikit", List.of("-Xmx1g"), Map.of("A", "\"b\""), "javalin 7");
        return new Report("cold", "now", "much", Machine.here(), List.of(entrant), List.of(BASE, row), List.of());
    }
}
