package io.apikit.bench.load.report;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.DoubleStream;

/** The median, the least and the most of some figures. All are NaN if there are no figures. Immutable. */
public record Spread(double median, double least, double most) {
    /** Returns the spread of all figures except those that are NaN. */
    public static Spread of(DoubleStream figures) {
        var sorted = figures.filter(figure -> !Double.isNaN(figure)).sorted().toArray();
        if (sorted.length == 0) {
            return new Spread(Double.NaN, Double.NaN, Double.NaN);
        }
        int middle = sorted.length / 2;
        var median = sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }

    Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        members.put("median", median);
        members.put("least", least);
        members.put("most", most);
        return members;
    }
}
