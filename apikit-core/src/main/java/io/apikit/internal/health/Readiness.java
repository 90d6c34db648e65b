package io.apikit.internal.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a readiness probe is told. Immutable.
 *
 * @param checks {@code up}, {@code down} or {@code timeout} of each by its name, in the order they were registered; empty
 *     while stopping
 */
public record Readiness(Status status, Map<String, String> checks) {
    /** Copies the map. */
    public Readiness {
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    /** Of the service as a whole. */
    public enum Status {
        /** Nothing is wrong. */
        UP,
        /** Only soft checks fail. */
        DEGRADED,
        /** A hard check fails. */
        DOWN,
        /** It is about to end. */
        STOPPING;

        /** As probes are told. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Readiness stopping() {
        return new Readiness(Status.STOPPING, Map.of());
    }

    /** As the checks say; all of them run at the same time. */
    static Readiness of(List<CachedCheck> checks) {
        var runs = checks.stream().map(CachedCheck::current).toList();
        var status = Status.UP;
        var results = new LinkedHashMap<String, String>();
        for (int i = 0; i < runs.size(); i++) {
            var result = checks.get(i).await(runs.get(i));
            results.put(checks.get(i).name(), result.text());
            if (result != CheckResult.UP) {
                status = worse(status, checks.get(i).isHard() ? Status.DOWN : Status.DEGRADED);
            }
        }
        return new Readiness(status, results);
    }

    private static Status worse(Status one, Status other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Whether requests are welcome. */
    public boolean isReady() {
        return status == Status.UP || status == Status.DEGRADED;
    }

    /** In a word or two why they are not, for an error. */
    public String why() {
        var failing = checks.entrySet().stream()
                .filter(check -> !check.getValue().equals(CheckResult.UP.text()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return failing.isEmpty() ? status.text() : status.text() + ": " + failing;
    }
}
