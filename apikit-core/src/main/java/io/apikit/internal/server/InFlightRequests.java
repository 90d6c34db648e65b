package io.apikit.internal.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.component.Graceful;

/**
 * Counts the requests in flight, and has the stop of the server wait for them. Jetty's {@code GracefulHandler} answers a
 * request that comes on an open connection while the server stops with 503. Its client could not know better, so it is
 * served here as any other. Jetty closes the connection with the response, so no client can go on like that. Thread-safe.
 */
public final class InFlightRequests extends Handler.Wrapper implements Graceful {
    private final AtomicLong requests = new AtomicLong();
    private final Shutdown shutdown = new Shutdown(this) {
        @Override
        public boolean isShutdownDone() {
            return requests.get() == 0;
        }
    };

    /** How many there are now. */
    public long count() {
        return requests.get();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        var counted = new Counted(callback);
        try {
            var isHandled = super.handle(request, response, counted);
            if (!isHandled) {
                counted.completed();
            }
            return isHandled;
        } catch (Throwable e) {
            Response.writeError(request, response, counted, e);
            return true;
        }
    }

    @Override
    public CompletableFuture<Void> shutdown() {
        return shutdown.shutdown();
    }

    @Override
    public boolean isShutdown() {
        return shutdown.isShutdown();
    }

    /** The end of a request, which counts once: a handler may throw after it, and then the request is failed too. */
    private final class Counted extends Callback.Nested {
        private final AtomicBoolean isOver = new AtomicBoolean();

        Counted(Callback callback) {
            super(callback);
            requests.incrementAndGet();
        }

        @Override
        public void completed() {
            if (isOver.compareAndSet(false, true)) {
                requests.decrementAndGet();
                shutdown.check();
            }
        }
    }
}
