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
 * Times requests by route, method and status. There is one timer for each route and each pair that {@link
 * RequestLabels} has, so callers cannot create more by inventing values. A timer is looked up in the registry once.
 * Thread-safe.
 */
public final class RequestMetrics implements ServedRequest.Listener {
    /** The route of a request that reached none: a 404, a 405 or a file. */
    private static final String NO_ROUTE = "UNMATCHED";

    /** The default of Prometheus, and 30 s. */
    private static final Duration[] BUCKETS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final MeterRegistry registry;
    private final Map<String, AtomicReferenceArray<Timer>> routes = new ConcurrentHashMap<>();

    /** Creates timers in a registry, each at the first request that needs it. */
    public RequestMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void served(ServedRequest request) {
        var route = request.route().orElse(NO_ROUTE);
        var index = RequestLabels.index(request.request().getMethod(), request.status());
        var timers = routes.get(route);
        var timer = timers == null ? null : timers.get(index);
        (timer == null ? addTimer(route, index) : timer).record(request.took());
    }

    private Timer addTimer(String route, int index) {
        var timer = Timer.builder("http.server.requests")
                .description("Requests served, by the route that answered")
                .tags(RequestLabels.tags(index).and(Tags.of("uri", route)))
                .serviceLevelObjectives(BUCKETS)
                .register(registry);
        routes.computeIfAbsent(route, absent -> new AtomicReferenceArray<>(RequestLabels.COUNT))
                .set(index, timer);
        return timer;
    }

    /** The methods and statuses that have a label of their own. All others share one, since a client can invent any. */
    static final class RequestLabels {
        private static final List<String> METHODS =
                List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "OTHER");

        private static final String UNKNOWN_STATUS = "OTHER";

        /** Javalin's status for a client that closed its connection; no standard defines it. */
        private static final int CLIENT_CLOSED_REQUEST = 499;

        private static final int[] STATUSES = IntStream.range(100, 600)
                .filter(status -> status == CLIENT_CLOSED_REQUEST || HttpStatus.getCode(status) != null)
                .toArray();

        private static final int[] COLUMNS = columns();

        /** The number of pairs of method and status. */
        static final int COUNT = METHODS.size() * (STATUSES.length + 1);

        private RequestLabels() {}

        private static int[] columns() {
            var columns = new int[600];
            Arrays.fill(columns, STATUSES.length);
            for (int i = 0; i < STATUSES.length; i++) {
                columns[STATUSES[i]] = i;
            }
            return columns;
        }

        /** Returns the number of a pair: 0 to {@link #COUNT} - 1. */
        static int index(String method, int status) {
            var known = METHODS.indexOf(method);
            var row = known < 0 ? METHODS.size() - 1 : known;
            return row * (STATUSES.length + 1) + (status > 0 && status < 600 ? COLUMNS[status] : STATUSES.length);
        }

        /** Returns the tags for the pair of a number, with the names that Spring and Micrometer use. */
        static Tags tags(int index) {
            var column = index % (STATUSES.length + 1);
            var status = column < STATUSES.length ? STATUSES[column] : 0;
            return Tags.of("method", METHODS.get(index / (STATUSES.length + 1)))
                    .and("status", status == 0 ? UNKNOWN_STATUS : String.valueOf(status))
                    .and("outcome", Outcome.forStatus(status).name());
        }
    }
}
