package io.apikit.internal.server;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.component.Graceful;
import org.eclipse.jetty.util.component.LifeCycle;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for the requests in flight when a server stops, in place of Jetty. For Jetty and Javalin, a request that outlives
 * the grace period is an error of the stop, with a stack trace. It is an ordinary event: a stream may be endless.
 */
final class GracefulStop implements LifeCycle.Listener {
    private static final Logger log = LoggerFactory.getLogger(GracefulStop.class);

    /** What Jetty gives the threads of a pool at least, after the grace period. */
    private static final int THREADS_STOP_MS = 1000;

    private final Server server;
    private boolean isInterrupted;

    GracefulStop(Server server) {
        this.server = server;
    }

    @Override
    public void lifeCycleStopping(LifeCycle stopping) {
        long grace = server.getStopTimeout();
        if (grace == 0) {
            return;
        }
        server.setStopTimeout(0);
        if (server.getThreadPool() instanceof QueuedThreadPool pool) {
            pool.setStopTimeout(THREADS_STOP_MS);
        }
        try {
            Graceful.shutdown(server).get(grace, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            log.info("requests that outlived the grace period of {} ms were cut off", grace);
        } catch (InterruptedException e) {
            isInterrupted = true;
            log.info("the grace period was interrupted: requests in flight were cut off");
        } catch (ExecutionException e) {
            log.warn("a part of the server could not wait for the requests in flight", e.getCause());
        }
    }

    /** Only here: the server's parts would not wait for their own ends on an interrupted thread. */
    @Override
    public void lifeCycleStopped(LifeCycle stopped) {
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
