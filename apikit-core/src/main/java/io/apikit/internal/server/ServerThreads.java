package io.apikit.internal.server;

import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
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

    /** Platform threads that read headers and bodies, and serve probes, while all requests run that may. */
    private static final int BESIDE_REQUESTS = 16;

    private static final int IDLE_MS = 60_000;

    private ServerThreads() {}

    /** Returns how many requests run at the same time if so many are allowed: on platform threads at most 1,016. */
    public static int mostRequests(boolean virtual, int maxConcurrentRequests) {
        return virtual && VirtualThreads.areSupported()
                ? maxConcurrentRequests
                : Math.min(maxConcurrentRequests, MAX_PLATFORM - KEPT_BY_JETTY);
    }

    /**
     * Returns a pool that has a thread for each of so many requests, and some more: a request that waits for its body is
     * woken by another thread.
     */
    public static ThreadPool of(boolean virtual, int mostRequests) {
        if (virtual && VirtualThreads.areSupported()) {
            var pool = new QueuedThreadPool(MAX_PLATFORM, KEPT_BY_JETTY, IDLE_MS, lightQueue());
            var unlimited = new VirtualThreadPool(0);
            unlimited.setName("request-");
            pool.setVirtualThreadsExecutor(unlimited);
            return named(pool, "apikit");
        }
        return named(
                new QueuedThreadPool(mostRequests + KEPT_BY_JETTY + BESIDE_REQUESTS, KEPT_BY_JETTY, IDLE_MS), "apikit");
    }

    /** Returns the pool of a connector that serves probes, metrics and pages alone. */
    static QueuedThreadPool ofOperations() {
        return named(new QueuedThreadPool(BESIDE_REQUESTS, 1, IDLE_MS, lightQueue()), "apikit-operations");
    }

    /**
     * Returns a queue for few tasks. Jetty's own asks the JVM's management how long a reference is, which starts all of
     * that: a tenth of a second of CPU. But that queue makes no object for a task, so it stays where requests run.
     */
    private static BlockingQueue<Runnable> lightQueue() {
        return new LinkedBlockingQueue<>();
    }

    private static QueuedThreadPool named(QueuedThreadPool pool, String name) {
        pool.setName(name);
        return pool;
    }

    static String describe(ThreadPool pool, OptionalInt mostRequests) {
        if (mostRequests.isPresent()) {
            var isVirtual = VirtualThreads.getVirtualThreadsExecutor(pool) != null;
            return atMost(isVirtual ? "virtual" : "platform", mostRequests.getAsInt());
        }
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
