package io.apikit.example.systems;

import io.apikit.auth.Backend;
import io.javalin.apibuilder.EndpointGroup;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;

/**
 * A further system that the service wraps: routes below a prefix of their own, and the backends behind them. The service
 * measures the backends, and {@link #close} closes them. To wrap another system, copy {@link Pele}.
 */
public interface WrappedSystem extends EndpointGroup, MeterBinder, AutoCloseable {
    /** Returns the backends behind the routes. */
    List<Backend> backends();

    @Override
    default void bindTo(MeterRegistry registry) {
        backends().forEach(backend -> backend.bindTo(registry));
    }

    @Override
    default void close() {
        backends().forEach(Backend::close);
    }
}
