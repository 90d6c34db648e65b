package io.apikit.http.internal.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;

/**
 * What is measured of one backend, and the registries that it shows in. Each part of the backend's way adds its meters
 * while it is made, whether or not anybody will look: until {@link #bindTo} a timer costs a read of one field.
 * Threadsafe.
 *
 * <p>Every meter has the tag {@code backend}: the backend's origin, and for a second backend of one origin in the same
 * registry {@code origin #2}, and so on. Nothing here knows of callers or paths.
 */
public final class BackendMetrics implements MeterBinder, AutoCloseable {
    private static final String BACKEND = "backend";

    /** Who binds looks for a free name first; it is rare, and quick. */
    private static final Object BINDING = new Object();

    private final String origin;
    private final List<Part> parts = new CopyOnWriteArrayList<>();
    private final List<Bound> bound = new ArrayList<>();
    private boolean closed;

    /** @param origin without user information */
    public BackendMetrics(String origin) {
        this.origin = origin;
    }

    /** Adds a value that is read with every scrape, so reading it must be quick. */
    public void gauge(String name, String help, Tags tags, DoubleSupplier value) {
        // Strong: a registry forgets what it holds weakly, and a lambda is held by nobody else.
        parts.add((registry, backend) -> List.of(Gauge.builder(name, value::getAsDouble)
                .description(help)
                .tags(tags.and(backend))
                .strongReference(true)
                .register(registry)));
    }

    /** Adds a count that its owner goes on counting. */
    public void counter(String name, String help, Tags tags, LongAdder count) {
        parts.add((registry, backend) -> List.of(FunctionCounter.builder(name, count, LongAdder::sum)
                .description(help)
                .tags(tags.and(backend))
                .register(registry)));
    }

    /** Adds a timer for each of these outcomes, its tag what the outcome is as a string. */
    public <E extends Enum<E>> OutcomeTimer<E> timer(String name, String help, Class<E> outcomes) {
        var timer = new OutcomeTimer<>(name, help, outcomes);
        parts.add(timer);
        return timer;
    }

    /** Shows all meters in this registry; a second time changes nothing, and so does one after {@link #close}. */
    @Override
    public void bindTo(MeterRegistry registry) {
        synchronized (BINDING) {
            if (!closed && bound.stream().noneMatch(other -> other.registry == registry)) {
                var backend = Tags.of(BACKEND, freeName(registry));
                var meters = parts.stream().flatMap(part -> part.bind(registry, backend).stream());
                bound.add(new Bound(registry, meters.toList()));
            }
        }
    }

    private String freeName(MeterRegistry registry) {
        var name = origin;
        for (var i = 2; isTaken(registry, name); i++) {
            name = origin + " #" + i;
        }
        return name;
    }

    private static boolean isTaken(MeterRegistry registry, String name) {
        return registry.getMeters().stream()
                .anyMatch(meter -> name.equals(meter.getId().getTag(BACKEND)));
    }

    /** Takes all meters out of every registry. */
    @Override
    public void close() {
        synchronized (BINDING) {
            closed = true;
            bound.forEach(Bound::remove);
            bound.clear();
            parts.forEach(Part::unbind);
        }
    }

    /** One or more meters of one name. */
    @FunctionalInterface
    interface Part {
        /** Makes them in one more registry. */
        List<Meter> bind(MeterRegistry registry, Tags backend);

        /** They have been taken out of all registries. */
        default void unbind() {}
    }

    private record Bound(MeterRegistry registry, List<Meter> meters) {
        void remove() {
            meters.forEach(registry::remove);
        }
    }
}
