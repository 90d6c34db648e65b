package io.apikit.bench.load.report;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A figure of one candidate: what was measured, and how it compares with the baseline. Immutable.
 *
 * @param samples one for each measurement; a figure that is not available is NaN
 * @param over the baseline; blank in the baseline's own row
 * @param ratios those of the pairs
 */
public record Row(String candidate, Size size, Figure figure, List<Double> samples, String over, List<Double> ratios) {
    /**
     * A size that grows in one run, such as 100 callers. Immutable.
     *
     * @param of what there are so many of; blank if nothing grows
     */
    public record Size(String of, int count) {
        /** Nothing grows. */
        public static final Size NONE = new Size("", 0);
    }

    /** Returns a row without a comparison. */
    public static Row alone(String candidate, Figure figure, List<Double> samples) {
        return new Row(candidate, Size.NONE, figure, List.copyOf(samples), "", List.of());
    }

    /**
     * Returns a copy that is compared with the baseline.
     *
     * @param baseline the samples of the baseline, each measured beside the sample at its place in this row
     */
    public Row over(String label, List<Double> baseline) {
        var ratios = IntStream.range(0, Math.min(samples.size(), baseline.size()))
                .mapToObj(i -> samples.get(i) / baseline.get(i))
                .filter(Double::isFinite)
                .toList();
        return new Row(candidate, size, figure, samples, label, ratios);
    }

    /** Returns a copy with the size at which it was measured. */
    public Row at(Size size) {
        return new Row(candidate, size, figure, samples, over, ratios);
    }

    /** Returns the median, the least and the most of the samples. */
    public Spread spread() {
        return Spread.of(samples.stream().mapToDouble(Double::doubleValue));
    }

    /** Returns the median, the least and the most of the ratios. */
    public Spread ratio() {
        return Spread.of(ratios.stream().mapToDouble(Double::doubleValue));
    }

    String label() {
        return size.of().isEmpty() ? candidate : candidate + ", " + size.of() + ": " + size.count();
    }

    /** Returns the median (least-most) and the median of the ratios. */
    String cell() {
        var spread = spread();
        if (Double.isNaN(spread.median())) {
            return "n/a";
        }
        return figure.rounded(spread.median())
                + " (" + figure.rounded(spread.least()) + "-" + figure.rounded(spread.most()) + ")"
                + (ratios.isEmpty() ? "" : String.format(" %.2fx", ratio().median()));
    }

    Map<String, Object> members() {
        var members = new LinkedHashMap<String, Object>();
        members.put("candidate", candidate);
        members.put("figure", figure.name());
        members.put("unit", figure.unit());
        if (!size.of().isEmpty()) {
            members.put("of", size.of());
            members.put("size", size.count());
        }
        members.putAll(spread().members());
        members.put("samples", samples);
        if (!ratios.isEmpty()) {
            members.put("over", over);
            var ratio = new LinkedHashMap<String, Object>(ratio().members());
            ratio.put("pairs", ratios);
            members.put("ratio", ratio);
        }
        return members;
    }
}
