package io.apikit.ops;

import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** The last ten minutes of the requests and of each backend. One thread looks, any may read. */
final class History {
    /** Of 5 s each: ten minutes. */
    static final int SAMPLES = 120;

    private static final String LOGINS = "apikit.backend.logins";

    private final Readings readings;
    private final Set<String> ownRoutes;
    private final LongSupplier clock;
    private final Course requests = new Course(SAMPLES);
    private final Map<String, Course> backends = new ConcurrentHashMap<>();

    /** @param ownRoutes what is not counted: whoever watches would see mostly that */
    History(Readings readings, Set<String> ownRoutes, LongSupplier clock) {
        this.readings = readings;
        this.ownRoutes = ownRoutes;
        this.clock = clock;
    }

    /** Reads the meters once more; a backend that is gone is forgotten. */
    void look() {
        var now = clock.getAsLong();
        requests.look(now, Timed.of(timers()), Map.of());
        var names = readings.backends();
        backends.keySet().retainAll(names);
        names.forEach(name -> backends.computeIfAbsent(name, any -> new Course(SAMPLES))
                .look(now, readings.calls(name), logins(name)));
    }

    /** Of the requests that count, by route, method and status. */
    List<Timer> timers() {
        return readings.requests(ownRoutes::contains);
    }

    /** The logins there have been, by how they ended. */
    Map<String, Long> logins(String backend) {
        return readings.outcomes(LOGINS, Readings.of(backend));
    }

    List<Sample> requests() {
        return requests.samples();
    }

    /** Empty for one that has not been looked at yet. */
    List<Sample> backend(String name) {
        var course = backends.get(name);
        return course == null ? List.of() : course.samples();
    }
}
