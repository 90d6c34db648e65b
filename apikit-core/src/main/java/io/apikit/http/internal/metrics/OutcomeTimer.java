package io.apikit.http.internal.metrics;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Counts and times by outcome, in histograms of fixed buckets; in as many registries as its owner is bound to. All
 * outcomes are there from the start, at zero, so that the first of a kind shows as a rise. Threadsafe.
 */
public final class OutcomeTimer<E extends Enum<E>> implements BackendMetrics.Part {
    /** Prometheus' own default, and 30 s: by then every call is over, as it is by default. */
    private static final Duration[] BUCKETS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    private final String name;
    private final String help;
    private final Class<E> outcomes;

    /** For each registry a timer of each outcome. */
    private volatile List<Map<E, Timer>> bound = List.of();

    OutcomeTimer(String name, String help, Class<E> outcomes) {
        this.name = name;
        this.help = help;
        this.outcomes = outcomes;
    }

    /** Whether anybody looks. */
    public boolean isBound() {
        return !bound.isEmpty();
    }

    /** One more of this outcome, that took so long. */
    public void record(E outcome, long nanos) {
        for (var timers : bound) {
            Objects.requireNonNull(timers.get(outcome)).record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    public List<Meter> bind(MeterRegistry registry, Tags backend) {
        var timers = new EnumMap<E, Timer>(outcomes);
        for (var outcome : outcomes.getEnumConstants()) {
            timers.put(outcome, timer(outcome, backend).register(registry));
        }
        bound = Stream.concat(bound.stream(), Stream.of(timers)).toList();
        return List.copyOf(timers.values());
    }

    private Timer.Builder timer(E outcome, Tags backend) {
        return Timer.builder(name)
                .description(help)
                .tags(backend.and("outcome", outcome.toString()))
                .serviceLevelObjectives(BUCKETS);
    }

    @Override
    public void unbind() {
        bound = List.of();
    }
}
