package io.apikit.example;

import io.javalin.apibuilder.EndpointGroup;

/**
 * One more system that is wrapped beside the technote's service: its routes, below a prefix of their own, and the
 * backend behind them, which {@link #close} ends. To write another one, copy {@link Pele}.
 */
interface Wrapper extends EndpointGroup, AutoCloseable {
    @Override
    void close();
}
