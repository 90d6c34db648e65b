package io.apikit.example;

import io.apikit.auth.Backend;
import io.javalin.apibuilder.EndpointGroup;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.List;

/**
 * One more system that is wrapped beside the technote's service: its routes, below a prefix of their own, and the
 * backends behind them, which the service measures and {@link #close} ends. To write another one, copy {@link Pele}.
 */
interface Wrapper extends EndpointGroup, MeterBinder, AutoCloseable {
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
