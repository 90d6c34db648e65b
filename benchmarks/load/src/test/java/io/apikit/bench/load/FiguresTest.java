package io.apikit.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void medianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
        assertThat(Spread.of(DoubleStream.of(9, 1, 2, 4))).isEqualTo(new Spread(3, 1, 9));
        assertThat(Spread.of(DoubleStream.of(9, 1, 2))).isEqualTo(new Spread(2, 1, 9));
    }

    @Test
    void unavailableFigureIsNotCounted() {
        assertThat(Spread.of(DoubleStream.of(Double.NaN, 5))).isEqualTo(new Spread(5, 5, 5));
        assertThat(Spread.of(DoubleStream.empty()).median()).isNaN();
    }

    @Test
    void summaryOfWrkIsRead() {
        var load = Wrk.parsed("Running 1s test\nrequests=100 micros=2000000 p50=1500 p99=9000 errors=1 statuses=2\n");

        assertThat(load)
                .isEqualTo(
                        new Load(100, Duration.ofSeconds(2), Duration.ofNanos(1_500_000), Duration.ofMillis(9), 1, 2));
        assertThat(load.perSecond()).isEqualTo(50);
        assertThat(load.isClean()).isFalse();
    }

    @Test
    void failureOfWrkIsReportedWithItsOutput() {
        assertThatThrownBy(() -> Wrk.parsed("unable to connect to 127.0.0.1:1 Connection refused"))
                .isInstanceOf(BenchFailure.class)
                .hasMessageContaining("Connection refused");
    }

    @Test
    void ticksOfAProcessWithBlanksInItsNameAreThoseOfItselfAndItsChildren() {
        assertThat(ProcessAccount.ticks("7 (a b) c) S 1 7 7 0 -1 4194560 100 0 0 0 10 20 300 4000 20 0 1 0 5\n"))
                .isEqualTo(4330);
    }

    @Test
    void responseMayHaveItsMembersInAnyOrder() {
        var workload = Workload.WRAPPED;

        assertThat(workload.isMetBy("{\"metric\": \"coverage\",\n \"jobname\": \"nightly\", \"value\": \"93.5\"}\n"))
                .isTrue();
        assertThat(workload.isMetBy("{\"jobname\":\"nightly\",\"metric\":\"coverage\",\"value\":\"94\"}"))
                .isFalse();
        assertThat(workload.expecting("93.5").isMetBy("93.5")).isTrue();
    }

    @Test
    void ratioIsOfMedians() {
        var base = List.of(sample(10), sample(20), sample(90));
        var samples = List.of(sample(30));

        assertThat(Column.CPU.ratioOfMedians(samples, base)).isEqualTo(1.5);
        assertThat(Column.CPU.cell(samples, 1.5)).isEqualTo("30.0 (30.0-30.0) 1.50x");
        assertThat(Column.CPU.cell(samples, Double.NaN)).isEqualTo("30.0 (30.0-30.0)");
        assertThat(Column.ALLOCATED.cell(base, Double.NaN)).isEqualTo("n/a");
    }

    private static Sample sample(double cpu) {
        return new Sample(1, cpu, 1, 1, Double.NaN, 1);
    }
}
