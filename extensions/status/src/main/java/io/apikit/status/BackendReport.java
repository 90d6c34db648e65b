package io.apikit.status;

import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The page's data about one backend. A value that is not measured is null. */
record BackendReport(MeterReader reader, Tags backend) {
    /** Returns the data of all backends, ordered by name. */
    static List<Map<String, @Nullable Object>> all(MeterHistory history) {
        return history.reader().backends().stream()
                .map(name -> fields(history, name))
                .toList();
    }

    private static Map<String, @Nullable Object> fields(MeterHistory history, String name) {
        var report = new BackendReport(history.reader(), MeterReader.backendTag(name));
        var samples = history.backend(name);
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("name", name);
        fields.put("circuit", report.reader.state("resilience4j.circuitbreaker.state", report.backend));
        fields.put("failed_percent", report.failedPercent());
        fields.put("answered", report.answered());
        fields.put("sessions", report.gauge("sessions", Tags.empty()));
        fields.put("calls", report.reader.outcomes("apikit.backend.calls", report.backend));
        fields.putAll(ChartData.load(samples));
        fields.put("logins", report.reader.logins(name));
        fields.put("recent_logins", ChartData.logins(samples));
        fields.put("renewals", report.renewals());
        fields.put("retries", report.count("retries", Tags.empty()));
        fields.put("retry_budget", report.gauge("retry.budget", Tags.empty()));
        fields.put("connections", report.connections());
        fields.put("places", report.places());
        return fields;
    }

    /** Returns the share of the last calls that failed, as the circuit counts it; null while there are too few. */
    private @Nullable Double failedPercent() {
        var rate = reader.gauge("resilience4j.circuitbreaker.failure.rate", backend);
        return rate.isPresent() && rate.getAsDouble() >= 0 ? ChartData.rounded(rate) : null;
    }

    /** Returns the number of calls with a response of any status: their outcome begins with a digit. */
    private long answered() {
        return reader.outcomes("apikit.backend.calls", backend).entrySet().stream()
                .filter(outcome -> Character.isDigit(outcome.getKey().charAt(0)))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private Map<String, Long> renewals() {
        var fields = new LinkedHashMap<String, Long>();
        for (var reason : new String[] {"ahead", "expired", "rejected"}) {
            fields.put(reason, count("renewals", Tags.of("reason", reason)));
        }
        fields.put("capped", count("renewals.capped", Tags.empty()));
        return fields;
    }

    private Map<String, @Nullable Double> connections() {
        Map<String, @Nullable Double> fields = new LinkedHashMap<>();
        fields.put("leased", gauge("connections", Tags.of("state", "leased")));
        fields.put("idle", gauge("connections", Tags.of("state", "idle")));
        fields.put("max", gauge("connections.max", Tags.empty()));
        return fields;
    }

    private Map<String, @Nullable Double> places() {
        Map<String, @Nullable Double> fields = new LinkedHashMap<>();
        for (var field : new String[] {"used", "pending", "max"}) {
            fields.put(field, gauge("places." + field, Tags.empty()));
        }
        return fields;
    }

    private long count(String name, Tags tags) {
        return reader.count("apikit.backend." + name, backend.and(tags));
    }

    private @Nullable Double gauge(String name, Tags tags) {
        return ChartData.rounded(reader.gauge("apikit.backend." + name, backend.and(tags)));
    }
}
