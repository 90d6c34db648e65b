package io.apikit.bench.load;

import java.util.List;
import java.util.function.ToDoubleFunction;

/** A column of the table: which figure, and how many digits of it mean something. */
@SuppressWarnings("ImmutableEnumChecker") // the figure is one of a record's methods
enum Column {
    THROUGHPUT("req/s", 0, Sample::perSecond),
    CPU("CPU, us/request", 1, Sample::cpuMicros),
    P50("p50, ms", 2, Sample::p50Millis),
    P99("p99, ms", 2, Sample::p99Millis),
    ALLOCATED("allocated, B/request", 0, Sample::allocated),
    RSS("RSS, MiB", 0, Sample::rssMiB);

    final String title;
    private final int digits;
    private final ToDoubleFunction<Sample> figure;

    Column(String title, int digits, ToDoubleFunction<Sample> figure) {
        this.title = title;
        this.digits = digits;
        this.figure = figure;
    }

    Spread spread(List<Sample> samples) {
        return Spread.of(samples.stream().mapToDouble(figure));
    }

    /** Median (least-most), and its ratio to the baseline's median. */
    String cell(List<Sample> samples, List<Sample> baseline) {
        var spread = spread(samples);
        if (Double.isNaN(spread.median())) {
            return "n/a";
        }
        var ratio = spread.median() / spread(baseline).median();
        return rounded(spread.median())
                + " (" + rounded(spread.least()) + "-" + rounded(spread.most()) + ")"
                + (Double.isNaN(ratio) ? "" : " " + String.format("%.2fx", ratio));
    }

    private String rounded(double figure) {
        return String.format("%." + digits + "f", figure);
    }
}
