package io.apikit.bench.load.report;

/**
 * What was measured. Immutable.
 *
 * @param decimals how many are significant
 * @param isListed whether the report lists the ratio of each pair; of any other figure it has the median of them
 */
public record Figure(String name, String unit, int decimals, boolean isListed) {
    String title() {
        return unit.isEmpty() ? name : name + ", " + unit;
    }

    String rounded(double value) {
        return String.format("%." + decimals + "f", value);
    }
}
