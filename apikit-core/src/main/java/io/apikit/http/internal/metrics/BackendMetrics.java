package io.apikit.http.internal.metrics;

import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;

/**
 * The meters of one backend, in a registry of the backend's own. They show in each registry that is bound to it, with
 * what happens from then on. Thread-safe.
 *
 * <p>Every meter has the tag {@code backend}: the backend's name. While another backend of the same name is open in
 * this JVM, a new one is {@code name #2}, and so on. No meter knows of callers or paths.
 */
public final class BackendMetrics implements MeterBinder, AutoCloseable {
    /** Prometheus' own default, and 30 s: by default every call has ended by then. */
    private static final Duration[] BUCKETS = Stream.of(
                    5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000)
            .map(Duration::ofMillis)
            .toArray(Duration[]::new);

    /**
     * A registry takes two meters of one name and one set of tags for the same meter, so no two open backends share
     * one.
     */
    private static final Set<String> NAMES_IN_USE = ConcurrentHashMap.newKeySet();

    /** Has no meters of its own: Micrometer logs a warning when a registry is added to a composite that has meters. */
    private final CompositeMeterRegistry bound = new CompositeMeterRegistry();

    private final CompositeMeterRegistry meters = new CompositeMeterRegistry(Clock.SYSTEM, List.of(bound));
    private final String name;
    private boolean isClosed;
    private volatile boolean isBound;

    /** @param backend its name, without user information */
    public BackendMetrics(String backend) {
        name = claimName(backend);
        meters.config().commonTags("backend", name);
    }

    private static String claimName(String backend) {
        var name = backend;
        for (var i = 2; !NAMES_IN_USE.add(name); i++) {
            name = backend + " #" + i;
        }
        return name;
    }

    /** Adds a value that is read with every scrape, so reading it must be quick. */
    public void gauge(String name, String help, Tags tags, DoubleSupplier value) {
        // Strong: a registry forgets what it holds weakly, and nothing else holds the lambda.
        Gauge.builder(name, value::getAsDouble)
                .description(help)
                .tags(tags)
                .strongReference(true)
                .register(meters);
    }

    /** Adds a count that its owner goes on counting; it is shown as long as its owner keeps it. */
    public void counter(String name, String help, Tags tags, LongAdder count) {
        FunctionCounter.builder(name, count, LongAdder::sum)
                .description(help)
                .tags(tags)
                .register(meters);
    }

    /** Adds a timer for each of these outcomes. The value of its tag {@code outcome} is the outcome's string. */
    public <E extends Enum<E>> OutcomeTimer<E> timer(String name, String help, Class<E> type) {
        var timers = new EnumMap<E, Timer>(type);
        for (var outcome : type.getEnumConstants()) {
            var timer = Timer.builder(name)
                    .description(help)
                    .tag("outcome", outcome.toString())
                    .serviceLevelObjectives(BUCKETS)
                    .register(meters);
            timers.put(outcome, timer);
        }
        return new OutcomeTimer<>(this, timers);
    }

    /** Returns whether there is a registry that the meters show in. */
    boolean isBound() {
        return isBound;
    }

    /**
     * Shows all meters in this registry. A second time changes nothing, and neither does a call after {@link #close}.
     */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (!isClosed) {
            bound.add(registry);
            isBound = true;
        }
    }

    /** Removes all meters from every registry. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        isBound = false;
        for (var registry : List.copyOf(bound.getRegistries())) {
            bound.remove(registry);
            meters.forEachMeter(meter -> registry.removeByPreFilterId(meter.getId()));
        }
        NAMES_IN_USE.remove(name);
    }
}
