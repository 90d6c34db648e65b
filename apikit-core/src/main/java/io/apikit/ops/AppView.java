package io.apikit.ops;

import io.micrometer.core.instrument.MeterRegistry;
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

    /** Returns the registry that holds the app's meters; empty if {@link Operations#metrics} switches metrics off. */
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
     * The result of the readiness checks. Immutable.
     *
     * @param status {@code up}, {@code degraded}, {@code down} or {@code stopping}
     * @param checks {@code up}, {@code down} or {@code timeout} by the check's name, in the order of registration; empty
     *     while the app stops
     */
    record ReadinessReport(String status, Map<String, String> checks) {}
}
