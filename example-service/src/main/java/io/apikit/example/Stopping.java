package io.apikit.example;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * How long the service takes to end. Immutable.
 *
 * @param delay between readiness saying so and the end of listening; empty: the library's own
 * @param grace for the requests that are in flight then
 */
record Stopping(Optional<Duration> delay, Duration grace) {
    private static final int LONGEST_SECONDS = 3_600;

    static Stopping from(Map<String, String> environment) {
        return new Stopping(
                Variable.STOP_DELAY.strippedIn(environment).map(text -> seconds(Variable.STOP_DELAY, text)),
                seconds(Variable.GRACE, Variable.GRACE.strippedIn(environment).orElse("10")));
    }

    private static Duration seconds(Variable variable, String text) {
        return Optional.of(text)
                .filter(digits -> digits.matches("[0-9]{1,4}"))
                .map(Integer::parseInt)
                .filter(seconds -> seconds <= LONGEST_SECONDS)
                .map(Duration::ofSeconds)
                .orElseThrow(() -> new BadConfiguration(
                        variable, "must be a number of seconds from 0 to " + LONGEST_SECONDS + ", not '" + text + "'"));
    }
}
