package io.apikit.internal.server;

import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;

/** The threads that requests are served on, and their description in the log. */
public final class ServerThreads {
    /**
     * Twice the connections of one backend by default, so that one backend that hangs leaves threads for the others.
     */
    private static final int MAX_PLATFORM = 1024;

    private static final int KEPT_BY_JETTY = 8;
    private static final int IDLE_MS = 60_000;

    private ServerThreads() {}

    /** Returns a pool that serves so many requests at the same time, on platform threads at most 1,016. */
    public static ThreadPool bounded(boolean virtual, int maxConcurrentRequests) {
        if (virtual && VirtualThreads.areSupported()) {
            var pool = new QueuedThreadPool(MAX_PLATFORM, KEPT_BY_JETTY, IDLE_MS);
            var perRequest = new VirtualThreadPool(maxConcurrentRequests);
            perRequest.setName("request-");
            pool.setVirtualThreadsExecutor(perRequest);
            return named(pool);
        }
        var most = Math.min(maxConcurrentRequests, MAX_PLATFORM - KEPT_BY_JETTY) + KEPT_BY_JETTY;
        return named(new QueuedThreadPool(most, KEPT_BY_JETTY, IDLE_MS));
    }

    private static QueuedThreadPool named(QueuedThreadPool pool) {
        pool.setName("apikit");
        return pool;
    }

    static String describe(ThreadPool pool) {
        if (pool instanceof QueuedThreadPool queued) {
            return queued.getVirtualThreadsExecutor() instanceof VirtualThreadPool virtual
                    ? atMost("virtual", virtual.getMaxConcurrentTasks())
                    : atMost("platform", queued.getMaxThreads() - KEPT_BY_JETTY);
        }
        return pool instanceof VirtualThreadPool virtual
                ? atMost("virtual", virtual.getMaxConcurrentTasks())
                : "threads of the service's own pool";
    }

    private static String atMost(String kind, int max) {
        return kind + " threads, at most " + max + " concurrent requests";
    }
}
