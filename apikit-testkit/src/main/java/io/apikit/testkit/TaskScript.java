package io.apikit.testkit;

import java.time.Duration;
import java.util.List;

/**
 * The status codes a task goes through; the last one stays.
 *
 * @param step how long each lasts; zero: until the next poll
 */
record TaskScript(List<String> codes, Duration step) {
    static final TaskScript STANDARD = of(Duration.ZERO, "100", "101", "200");

    static TaskScript of(Duration step, String... codes) {
        if (codes.length == 0) {
            throw new IllegalArgumentException("a task has at least one status code");
        }
        return new TaskScript(List.of(codes), step);
    }

    String code(int pollsBefore, Duration age) {
        long steps = step.isZero() ? pollsBefore : age.dividedBy(step);
        return codes.get((int) Math.min(Math.max(0, steps), codes.size() - 1));
    }
}
