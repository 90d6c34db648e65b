package io.apikit.starter;

import io.apikit.auth.Backend;
import io.javalin.apibuilder.EndpointGroup;
import java.util.List;

/**
 * A further system that a service wraps: routes below a prefix of their own, and the backends behind them. The first
 * backend owns the prefix. {@link #close} closes all of them.
 */
public interface WrappedSystem extends EndpointGroup, AutoCloseable {
    /** Returns the prefix that belongs to the system alone. The routes are relative to it. */
    String prefix();

    /** Returns the backends behind the routes, at least one. */
    List<Backend> backends();

    @Override
    default void close() {
        backends().forEach(Backend::close);
    }
}
