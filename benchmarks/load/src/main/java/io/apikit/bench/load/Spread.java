package io.apikit.bench.load;

import java.util.stream.DoubleStream;

/** The median of some figures, and the least and the most of them. Immutable; all are NaN if there are none. */
record Spread(double median, double least, double most) {
    static Spread of(DoubleStream figures) {
        var sorted = figures.filter(figure -> !Double.isNaN(figure)).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        var median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
