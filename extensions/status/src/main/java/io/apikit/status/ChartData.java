package io.apikit.status;

import io.apikit.status.TimeSeries.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Converts samples to the lists of numbers that the charts draw, oldest first. A missing value is null. */
final class ChartData {
    private ChartData() {}

    /** Returns rate, mean and 99th percentile of each sample. */
    static Map<String, Object> load(List<Sample> samples) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("rate", list(samples, sample -> OptionalDouble.of(sample.perSecond())));
        fields.put("mean_ms", list(samples, Sample::meanMs));
        fields.put("p99_ms", list(samples, Sample::p99Ms));
        return fields;
    }

    /** Returns for each outcome of a login the count in each sample. */
    static Map<String, Object> logins(List<Sample> samples) {
        var outcomes = samples.stream()
                .flatMap(sample -> sample.logins().keySet().stream())
                .collect(Collectors.toSet());
        var fields = new TreeMap<String, Object>();
        outcomes.forEach(outcome -> fields.put(
                outcome,
                samples.stream()
                        .map(sample -> sample.logins().getOrDefault(outcome, 0L))
                        .toList()));
        return fields;
    }

    /** Returns the value to three decimals: enough for a microsecond in ms, or for one request in 15 minutes per second. */
    static @Nullable Double rounded(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble())
                ? Math.round(value.getAsDouble() * 1e3) / 1e3
                : null;
    }

    private static List<@Nullable Double> list(List<Sample> samples, Function<Sample, OptionalDouble> value) {
        List<@Nullable Double> numbers = new ArrayList<>();
        samples.forEach(sample -> numbers.add(rounded(value.apply(sample))));
        return numbers;
    }
}
