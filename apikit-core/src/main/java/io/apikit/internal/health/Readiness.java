package io.apikit.internal.health;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The response to a readiness probe. Immutable.
 *
 * @param status of the service as a whole
 * @param checks the result of each check by its name: {@code up}, {@code down} or {@code timeout}, in the order in
 *     which the checks were registered; empty while the service stops
 */
public record Readiness(Status status, Map<String, String> checks) {
    /** Creates a response with a copy of the map. */
    public Readiness {
        checks = Collections.unmodifiableMap(new LinkedHashMap<>(checks));
    }

    /** The status of the service as a whole. */
    public enum Status {
        /** All checks succeed. */
        UP,
        /** Only soft checks fail. */
        DEGRADED,
        /** A hard check fails. */
        DOWN,
        /** The service is shutting down. */
        STOPPING;

        /** Returns the word for it in responses of probes. */
        public String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Returns the response of a service that shuts down; it has no checks. */
    static Readiness stopping() {
        return new Readiness(Status.STOPPING, Map.of());
    }

    /** Runs the checks, all at the same time, and waits for their results. */
    static Readiness of(List<CachedCheck> checks) {
        var runs = checks.stream().map(CachedCheck::current).toList();
        var status = Status.UP;
        var results = new LinkedHashMap<String, String>();
        for (int i = 0; i < runs.size(); i++) {
            var result = checks.get(i).await(runs.get(i));
            results.put(checks.get(i).name(), result.text());
            if (result != CachedCheck.Result.UP) {
                status = worse(status, checks.get(i).isHard() ? Status.DOWN : Status.DEGRADED);
            }
        }
        return new Readiness(status, results);
    }

    private static Status worse(Status one, Status other) {
        return one.compareTo(other) < 0 ? other : one;
    }

    /** Returns whether the service accepts requests. */
    public boolean isReady() {
        return status == Status.UP || status == Status.DEGRADED;
    }

    /** Returns the status and the names of the checks that fail, for an error message. */
    public String reason() {
        var failing = checks.entrySet().stream()
                .filter(check -> !check.getValue().equals(CachedCheck.Result.UP.text()))
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return failing.isEmpty() ? status.text() : status.text() + ": " + failing;
    }
}
