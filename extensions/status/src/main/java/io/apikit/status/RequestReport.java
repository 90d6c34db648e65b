package io.apikit.status;

import io.micrometer.core.instrument.Timer;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The page's data about requests: all of them, and those of the busiest routes. */
final class RequestReport {
    private static final int MAX_ROUTES = 20;

    private RequestReport() {}

    static Map<String, @Nullable Object> fields(MeterHistory history) {
        var timers = history.requestTimers();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>(counts(timers));
        fields.putAll(ChartData.load(history.requests()));
        fields.put("routes", routes(timers));
        return fields;
    }

    private static List<Map<String, @Nullable Object>> routes(List<Timer> timers) {
        var byRoute = timers.stream().collect(Collectors.groupingBy(timer -> MeterReader.tag(timer, "uri")));
        return byRoute.entrySet().stream()
                .sorted(Comparator.comparingLong((Map.Entry<String, List<Timer>> route) ->
                                -TimerSnapshot.of(route.getValue()).count())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MAX_ROUTES)
                .map(route -> route(route.getKey(), route.getValue()))
                .toList();
    }

    private static Map<String, @Nullable Object> route(String name, List<Timer> timers) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("route", name);
        fields.putAll(counts(timers));
        fields.put("mean_ms", ChartData.rounded(TimerSnapshot.of(timers).meanMs()));
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
                .filter(timer -> MeterReader.tag(timer, "outcome").equals(outcome))
                .mapToLong(Timer::count)
                .sum();
    }
}
