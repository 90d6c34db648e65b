package io.apikit.ops;

import io.apikit.ops.callers.CallerCheck;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What an {@link AppPage} can read of its app. Implemented by the library. Threadsafe. */
public interface AppView {
    /**
     * Returns the metadata as the metadata routes show it: {@code name}, {@code version}, {@code repository},
     * {@code description}, {@code api_version} and {@code auth}, in this order.
     */
    Map<String, String> metadata();

    /**
     * Returns the registry that holds the app's meters; empty if {@link Operations#metrics} switches metrics off. Gauges of
     * the process and its server are in it from the first time that the metrics are read.
     */
    Optional<MeterRegistry> meters();

    /**
     * Returns the paths of probes, metrics and pages, the data of pages included. The tag {@code uri} of the timers
     * {@code http.server.requests} has these values for such requests.
     */
    Set<String> operationsPaths();

    /** Returns the check of who may call; empty if everybody may who can reach the service. */
    default Optional<CallerCheck> callers() {
        return Optional.empty();
    }

    /**
     * Returns the result of the readiness checks. Checks run at most once a second, however often this is called, and each
     * is waited for until {@link Operations#checkTimeout}. A call does not count as a probe: it does not make stopping wait
     * for {@link Operations#stopDelay}.
     */
    ReadinessReport readiness();

    /**
     * Returns the routes that a caller can reach, in the order of registration, once for each route prefix. They are complete
     * from {@link AppPage.Content#start} on. HEAD is among them where it is registered; it runs each GET route as well.
     * Filters and WebSockets are not among them, nor what only a port of the operations serves.
     */
    List<Route> routes();

    /**
     * A route of the app. Immutable.
     *
     * @param method an HTTP method, in upper case
     * @param prefix the route prefix that it is below, with a leading slash and no trailing one; empty for the root
     * @param path the rest of its path, in Javalin's syntax, with a leading slash
     * @param kind who has added it
     * @param challenge the {@code WWW-Authenticate} value for callers without credentials; empty if it needs none
     */
    record Route(String method, String prefix, String path, RouteKind kind, Optional<String> challenge) {}

    /** Who has added a route. */
    enum RouteKind {
        /** The author of the service. */
        SERVICE,
        /** The library: the metadata. */
        METADATA,
        /** The library: the health at the root. */
        HEALTH,
        /** The library: a probe. */
        PROBE,
        /** The library: the metrics. */
        METRICS,
        /** An {@link AppPage}. */
        PAGE
    }

    /**
     * The result of the readiness checks. Immutable.
     *
     * @param status {@code up}, {@code degraded}, {@code down} or {@code stopping}
     * @param checks {@code up}, {@code down} or {@code timeout} by the check's name, in the order of registration; empty
     *     while the app stops
     */
    record ReadinessReport(String status, Map<String, String> checks) {}
}
