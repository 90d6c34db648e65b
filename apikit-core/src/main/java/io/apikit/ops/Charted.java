package io.apikit.ops;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Samples as lists of numbers, the oldest first, as a chart wants them; what there was none of is null. */
final class Charted {
    private Charted() {}

    static Map<String, Object> load(List<Sample> samples) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("rate", list(samples, sample -> OptionalDouble.of(sample.rate())));
        fields.put("mean_ms", list(samples, Sample::meanMs));
        fields.put("p99_ms", list(samples, Sample::p99Ms));
        return fields;
    }

    /** For each way to end, how many in each sample. */
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

    /** To three decimals: a microsecond, or a request in a quarter of an hour. */
    static @Nullable Double number(OptionalDouble value) {
        return value.isPresent() && Double.isFinite(value.getAsDouble())
                ? Math.round(value.getAsDouble() * 1e3) / 1e3
                : null;
    }

    private static List<@Nullable Double> list(List<Sample> samples, Function<Sample, OptionalDouble> value) {
        List<@Nullable Double> numbers = new ArrayList<>();
        samples.forEach(sample -> numbers.add(number(value.apply(sample))));
        return numbers;
    }
}
