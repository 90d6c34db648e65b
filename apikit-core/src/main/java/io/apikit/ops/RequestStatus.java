package io.apikit.ops;

import io.micrometer.core.instrument.Timer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the status page is told of requests: all of them, and those of the busiest routes. */
final class RequestStatus {
    private static final int MOST_ROUTES = 20;

    private RequestStatus() {}

    static Map<String, @Nullable Object> of(History history) {
        var timers = history.timers();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(counts(timers));
        fields.putAll(Charted.load(history.requests()));
        fields.put("routes", routes(timers));
        return fields;
    }

    private static List<Map<String, @Nullable Object>> routes(List<Timer> timers) {
        return timers.stream().collect(Collectors.groupingBy(timer -> Readings.tag(timer, "uri"))).entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, List<Timer>> route) ->
                                -Timed.of(route.getValue()).count())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_ROUTES)
                .map(route -> route(route.getKey(), route.getValue()))
                .toList();
    }

    private static Map<String, @Nullable Object> route(String name, List<Timer> timers) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("route", name);
        fields.putAll(counts(timers));
        fields.put("mean_ms", Charted.number(Timed.of(timers).meanMs()));
        return fields;
    }

    private static Map<String, Long> counts(List<Timer> timers) {
        var counts = new LinkedHashMap<String, Long>();
        counts.put("total", timers.stream().mapToLong(Timer::count).sum());
        counts.put("client_errors", count(timers, "CLIENT_ERROR"));
        counts.put("server_errors", count(timers, "SERVER_ERROR"));
        return counts;
    }

    private static long count(List<Timer> timers, String outcome) {
        return timers.stream()
                .filter(timer -> Readings.tag(timer, "outcome").equals(outcome))
                .mapToLong(Timer::count)
                .sum();
    }
}
