package io.apikit.internal.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.http.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.jetty.http.HttpStatus;

/**
 * Times the requests by route, method and status, each timer looked up once. Threadsafe. There are as many as the app has
 * routes, times what {@link RequestLabels} knows: what callers make up makes no new one.
 */
public final class RequestMetrics implements ServedRequest.Listener {
    /** For a request that met no route: 404, 405, or a file. */
    private static final String NO_ROUTE = "UNMATCHED";

    /** Prometheus' own default, and 30 s. */
    private static final Duration[] BUCKETS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<String, AtomicReferenceArray<Timer>> routes = new ConcurrentHashMap<>();

    public RequestMetrics(MeterRegistry registry) {
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

    /** The methods and statuses that have a label of their own; all others share one, whatever is made up. */
    static final class RequestLabels {
        private static final List<String> METHODS =
                List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "OTHER");

        private static final String UNKNOWN_STATUS = "OTHER";

        /** Javalin's for a client that went away; no standard has it. */
        private static final int CLIENT_WENT_AWAY = 499;

        private static final int[] STATUSES = IntStream.range(100, 600)
                .filter(status -> status == CLIENT_WENT_AWAY || HttpStatus.getCode(status) != null)
                .toArray();

        private static final int[] PLACES = places();

        /** How many pairs of method and status there are. */
        static final int COUNT = METHODS.size() * (STATUSES.length + 1);

        private RequestLabels() {}

        private static int[] places() {
            var places = new int[600];
            Arrays.fill(places, STATUSES.length);
            for (int i = 0; i < STATUSES.length; i++) {
                places[STATUSES[i]] = i;
            }
            return places;
        }

        /** The number of this pair, below {@link #COUNT}. */
        static int index(String method, int status) {
            var known = METHODS.indexOf(method);
            var row = known < 0 ? METHODS.size() - 1 : known;
            return row * (STATUSES.length + 1) + (status > 0 && status < 600 ? PLACES[status] : STATUSES.length);
        }

        /** What the pair of this number is called, in Spring's and Micrometer's words. */
        static Tags tags(int index) {
            var place = index % (STATUSES.length + 1);
            var status = place < STATUSES.length ? STATUSES[place] : 0;
            return Tags.of("method", METHODS.get(index / (STATUSES.length + 1)))
                    .and("status", status == 0 ? UNKNOWN_STATUS : String.valueOf(status))
                    .and("outcome", Outcome.forStatus(status).name());
        }
    }
}
