package io.apikit.ops;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.Stream;

/**
 * Times the requests by route, method and status, each timer looked up once. Threadsafe. There are as many as the app has
 * routes, times what {@link RequestLabels} knows: what callers make up makes no new one.
 */
final class RequestTimers implements ServedListener {
    /** For a request that met no route: 404, 405, or a file. */
    private static final String NO_ROUTE = "UNMATCHED";

    /** Prometheus' own default, and 30 s. */
    private static final Duration[] BUCKETS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<String, AtomicReferenceArray<Timer>> routes = new ConcurrentHashMap<>();

    RequestTimers(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void served(ServedRequest request) {
        var route = request.route().orElse(NO_ROUTE);
        var index = RequestLabels.index(request.request().getMethod(), request.status());
        var timers = routes.get(route);
        var timer = timers == null ? null : timers.get(index);
        (timer == null ? added(route, index) : timer).record(request.took());
    }

    private Timer added(String route, int index) {
        var timer = Timer.builder("http.server.requests")
                .description("Requests served, by the route that answered")
                .tags(RequestLabels.tags(index).and(Tags.of("uri", route)))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        routes.computeIfAbsent(route, any -> new AtomicReferenceArray<>(RequestLabels.COUNT))
                .set(index, timer);
        return timer;
    }
}
