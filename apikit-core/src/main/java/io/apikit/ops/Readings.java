package io.apikit.ops;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What a registry's meters say now, found by their names. Threadsafe. */
record Readings(MeterRegistry registry) {
    private static final String BACKEND = "backend";
    private static final String CALLS = "apikit.backend.calls";

    /** The tag of everything that is measured of this backend. */
    static Tags of(String backend) {
        return Tags.of(BACKEND, backend);
    }

    /** Whatever calls are measured to. */
    SortedSet<String> backends() {
        var names = new TreeSet<String>();
        registry.find(CALLS).tagKeys(BACKEND).timers().forEach(calls -> names.add(tag(calls, BACKEND)));
        return names;
    }

    Timed calls(String backend) {
        return Timed.of(List.copyOf(registry.find(CALLS).tags(of(backend)).timers()));
    }

    /** The requests whose route is none of these. */
    List<Timer> requests(Predicate<String> isOwn) {
        return registry.find("http.server.requests").timers().stream()
                .filter(timer -> !isOwn.test(tag(timer, "uri")))
                .toList();
    }

    /** The gauge of this name, if there is one and it can be read. */
    OptionalDouble gauge(String name, Tags tags) {
        return registry.find(name).tags(tags).gauges().stream()
                .mapToDouble(Gauge::value)
                .filter(Double::isFinite)
                .findFirst();
    }

    /** How often each of a timer's outcomes was seen. */
    Map<String, Long> outcomes(String name, Tags tags) {
        var counts = new TreeMap<String, Long>();
        registry.find(name)
                .tags(tags)
                .timers()
                .forEach(timer -> counts.merge(tag(timer, "outcome"), timer.count(), Long::sum));
        return counts;
    }

    /** The sum of the counters of this name. */
    long count(String name, Tags tags) {
        return (long) registry.find(name).tags(tags).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    /** Which of the states a gauge is 1 for; empty for none. */
    String state(String name, Tags tags) {
        return registry.find(name).tags(tags).gauges().stream()
                .filter(gauge -> gauge.value() == 1)
                .map(gauge -> tag(gauge, "state"))
                .findFirst()
                .orElse("");
    }

    static String tag(Meter meter, String key) {
        return String.valueOf(meter.getId().getTag(key));
    }
}
