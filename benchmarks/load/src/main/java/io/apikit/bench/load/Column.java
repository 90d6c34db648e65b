package io.apikit.bench.load;

import io.apikit.bench.load.report.Figure;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** A figure of a measurement under load. */
@SuppressWarnings("ImmutableEnumChecker") // the figure is a method of a record
enum Column {
    THROUGHPUT(new Figure("throughput", "req/s", 0, false), Sample::perSecond),
    CPU(new Figure("CPU", "us/request", 1, true), Sample::cpuMicros),
    P50(new Figure("p50", "ms", 2, false), Sample::p50Millis),
    P99(new Figure("p99", "ms", 2, false), Sample::p99Millis),
    ALLOCATED(new Figure("allocated", "B/request", 0, false), Sample::allocated),
    RSS(new Figure("RSS", "MiB", 0, false), Sample::rssMiB);

    private final Figure figure;
    private final ToDoubleFunction<Sample> value;

    Column(Figure figure, ToDoubleFunction<Sample> value) {
        this.figure = figure;
        this.value = value;
    }

    Figure figure() {
        return figure;
    }

    double of(Sample sample) {
        return value.applyAsDouble(sample);
    }

    List<Double> of(List<Sample> samples) {
        return samples.stream().map(this::of).toList();
    }

    double ratio(SamplePair pair) {
        return of(pair.candidate()) / of(pair.baseline());
    }
}
