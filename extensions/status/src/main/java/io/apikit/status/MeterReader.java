package io.apikit.status;

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

/** Reads the current values of the meters in a registry, by their names. Threadsafe. */
record MeterReader(MeterRegistry registry) {
    private static final String BACKEND = "backend";
    private static final String CALLS = "apikit.backend.calls";
    private static final String LOGINS = "apikit.backend.logins";

    /** Returns the tag that all meters of this backend have. */
    static Tags backendTag(String backend) {
        return Tags.of(BACKEND, backend);
    }

    /** Returns the names of all backends whose calls are measured. */
    SortedSet<String> backends() {
        var names = new TreeSet<String>();
        registry.find(CALLS).tagKeys(BACKEND).timers().forEach(calls -> names.add(tag(calls, BACKEND)));
        return names;
    }

    TimerSnapshot calls(String backend) {
        return TimerSnapshot.of(
                List.copyOf(registry.find(CALLS).tags(backendTag(backend)).timers()));
    }

    /** Returns the number of logins since the start of the app, by outcome. */
    Map<String, Long> logins(String backend) {
        return outcomes(LOGINS, backendTag(backend));
    }

    /** Returns the timers of requests, without those whose route matches. */
    List<Timer> requests(Predicate<String> isExcluded) {
        return registry.find("http.server.requests").timers().stream()
                .filter(timer -> !isExcluded.test(tag(timer, "uri")))
                .toList();
    }

    /** Returns the value of the gauge; empty if there is none, or if its value is not finite. */
    OptionalDouble gauge(String name, Tags tags) {
        return registry.find(name).tags(tags).gauges().stream()
                .mapToDouble(Gauge::value)
                .filter(Double::isFinite)
                .findFirst();
    }

    /** Returns the counts of the timers of this name, by their tag {@code outcome}. */
    Map<String, Long> outcomes(String name, Tags tags) {
        var counts = new TreeMap<String, Long>();
        registry.find(name)
                .tags(tags)
                .timers()
                .forEach(timer -> counts.merge(tag(timer, "outcome"), timer.count(), Long::sum));
        return counts;
    }

    /** Returns the sum of the counters of this name. */
    long count(String name, Tags tags) {
        return (long) registry.find(name).tags(tags).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    /** Returns the tag {@code state} of the gauge of this name whose value is 1; empty if there is none. */
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
