package io.apikit.bench.load;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** A column of the table: a figure, and how many decimals of it are significant. */
@SuppressWarnings("ImmutableEnumChecker") // the figure is a method of a record
enum Column {
    THROUGHPUT("req/s", 0, Sample::perSecond),
    CPU("CPU, us/request", 1, Sample::cpuMicros),
    P50("p50, ms", 2, Sample::p50Millis),
    P99("p99, ms", 2, Sample::p99Millis),
    ALLOCATED("allocated, B/request", 0, Sample::allocated),
    RSS("RSS, MiB", 0, Sample::rssMiB);

    private final String title;
    private final int decimals;
    private final ToDoubleFunction<Sample> figure;

    Column(String title, int decimals, ToDoubleFunction<Sample> figure) {
        this.title = title;
        this.decimals = decimals;
        this.figure = figure;
    }

    /** Returns the cells of the table's head. */
    static List<String> titles() {
        return Stream.concat(Stream.of(""), Stream.of(values()).map(column -> column.title))
                .toList();
    }

    static List<String> row(String label, Function<Column, String> cell) {
        return Stream.concat(Stream.of(label), Stream.of(values()).map(cell)).toList();
    }

    Spread spread(List<Sample> samples) {
        return Spread.of(samples.stream().mapToDouble(figure));
    }

    double ratioOfMedians(List<Sample> samples, List<Sample> baseline) {
        return spread(samples).median() / spread(baseline).median();
    }

    double ratio(SamplePair pair) {
        return figure.applyAsDouble(pair.candidate()) / figure.applyAsDouble(pair.baseline());
    }

    Spread ratios(List<SamplePair> pairs) {
        return Spread.of(pairs.stream().mapToDouble(this::ratio));
    }

    /** Returns the median (least-most) and a ratio, which is left out if it is NaN. */
    String cell(List<Sample> samples, double ratio) {
        var spread = spread(samples);
        if (Double.isNaN(spread.median())) {
            return "n/a";
        }
        return rounded(spread.median())
                + " (" + rounded(spread.least()) + "-" + rounded(spread.most()) + ")"
                + (Double.isNaN(ratio) ? "" : String.format(" %.2fx", ratio));
    }

    private String rounded(double figure) {
        return String.format("%." + decimals + "f", figure);
    }
}
