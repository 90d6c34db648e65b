package io.apikit.ops;

import io.micrometer.core.instrument.Tags;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the status page is told of one backend; what is not measured of it is null. */
record BackendStatus(Readings readings, Tags backend) {
    static Map<String, @Nullable Object> of(Readings readings, History history, String name) {
        var status = new BackendStatus(readings, Readings.of(name));
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("origin", name);
        fields.put("circuit", readings.state("resilience4j.circuitbreaker.state", status.backend));
        fields.put("sessions", status.gauge("sessions", Tags.empty()));
        fields.put("calls", readings.outcomes("apikit.backend.calls", status.backend));
        fields.putAll(Charted.load(history.backend(name)));
        fields.put("logins", history.logins(name));
        fields.put("recent_logins", Charted.logins(history.backend(name)));
        fields.put("renewals", status.renewals());
        fields.put("retries", status.count("retries", Tags.empty()));
        fields.put("retry_budget", status.gauge("retry.budget", Tags.empty()));
        fields.put("connections", status.connections());
        fields.put("places", status.places());
        return fields;
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
        for (var what : new String[] {"used", "pending", "max"}) {
            fields.put(what, gauge("places." + what, Tags.empty()));
        }
        return fields;
    }

    private long count(String name, Tags tags) {
        return readings.count("apikit.backend." + name, backend.and(tags));
    }

    private @Nullable Double gauge(String name, Tags tags) {
        return Charted.number(readings.gauge("apikit.backend." + name, backend.and(tags)));
    }
}
