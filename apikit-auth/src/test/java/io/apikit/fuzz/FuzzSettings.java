package io.apikit.fuzz;

import java.time.Duration;
import java.util.List;

/**
 * How long a fuzzer runs, and from which seeds. The system properties:
 *
 * <ul>
 *   <li>{@code apikit.fuzz}: the length of each fuzzer, ISO 8601. Default 3 s
 *   <li>{@code apikit.fuzz.seed}: the seed. Default: a fixed one for the first half, and a new one for the second
 *   <li>{@code apikit.fuzz.case}: the number of the one case to run, with the seed that it had
 *   <li>{@code apikit.fuzz.threads}: how many cases run at the same time. Default 8
 * </ul>
 *
 * @param parts the seeds to run, one after the other
 * @param onlyCase the one case to run; -1 for all
 */
record FuzzSettings(List<Part> parts, long onlyCase, int threads) {
    /** A run with one seed. */
    record Part(long seed, Duration length) {}

    private static final Duration SHORT = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofMinutes(1);

    static FuzzSettings ofSystemProperties() {
        var length = Duration.parse(System.getProperty("apikit.fuzz", SHORT.toString()));
        var seed = Long.getLong("apikit.fuzz.seed");
        long onlyCase = Long.getLong("apikit.fuzz.case", -1);
        if (onlyCase >= 0 && seed == null) {
            throw new IllegalArgumentException("apikit.fuzz.case needs apikit.fuzz.seed: set both");
        }
        var half = length.dividedBy(2);
        var parts = seed != null
                ? List.of(new Part(seed, length))
                : List.of(new Part(1, half), new Part(System.nanoTime() & Integer.MAX_VALUE, half));
        return new FuzzSettings(parts, onlyCase, Integer.getInteger("apikit.fuzz.threads", 8));
    }

    /** Returns whether this is more than the short run of every build. */
    boolean isLong() {
        return length().compareTo(LONG) >= 0;
    }

    Duration length() {
        return parts.stream().map(Part::length).reduce(Duration.ZERO, Duration::plus);
    }

    /** Returns how many honest callers run beside the cases. */
    int honestCallers() {
        return isLong() ? 100 : 10;
    }
}
