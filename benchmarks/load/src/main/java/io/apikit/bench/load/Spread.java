package io.apikit.bench.load;

import java.util.stream.DoubleStream;

/** The median, the least and the most of some figures. All are NaN if there are no figures. Immutable. */
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
