package io.apikit.auth.internal.logins;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The log-outs of one backend: 16 at a time, each on a thread of this queue, and 1,000 that wait. Further ones are dropped,
 * except while the queue closes: then those of all sessions wait. Thread-safe.
 *
 * <p>A log-out that has not ended at its limit is interrupted. One that goes on all the same keeps its thread, so there are
 * never more than 16.
 */
public final class LogOutQueue {
    /** The most log-outs at a time. */
    public static final int MOST_AT_ONCE = 16;

    /** The most log-outs that wait. */
    public static final int MOST_WAITING = 1_000;

    private static final int IDLE_SECONDS = 10;

    private final Duration limit;
    private final Runnable dropped;
    private final ThreadPoolExecutor threads;
    private final Set<UseCount> inUse = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean isClosing = new AtomicBoolean();

    /** The log-outs that have not ended, the logins under way, and one as long as the queue is open. */
    private final AtomicInteger pending = new AtomicInteger(1);

    private final CompletableFuture<Void> allEnded = new CompletableFuture<>();

    /**
     * Creates a queue without threads.
     *
     * @param limit the longest time for one log-out
     * @param dropped is called for each log-out that is not made
     */
    public LogOutQueue(Duration limit, Runnable dropped) {
        this.limit = limit;
        this.dropped = dropped;
        this.threads = new ThreadPoolExecutor(
                MOST_AT_ONCE,
                MOST_AT_ONCE,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                LogOutQueue::daemon);
        threads.allowCoreThreadTimeOut(true);
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "apikit-log-out");
        thread.setDaemon(true);
        return thread;
    }

    /** Returns a count of uses, all of which end when this queue closes. */
    public UseCount newCount() {
        return new UseCount(this, true);
    }

    /** Returns the end of something whose uses something else counts. */
    public UseCount newEnd() {
        return new UseCount(this, false);
    }

    /** Takes a log-out over, or drops it. Never blocks. */
    public void add(Runnable logOut) {
        if (!isClosing.get() && threads.getQueue().size() >= MOST_WAITING) {
            dropped.run();
            return;
        }
        pending.incrementAndGet();
        try {
            threads.execute(new LogOut(logOut));
        } catch (Throwable ignored) {
            // Closed, or out of threads: the request that ends a login must not fail for it.
            ended();
            dropped.run();
        }
    }

    /** Returns an executor of logins for whose results {@link #close} waits: they are logged out as well. */
    public Executor expecting(Executor logins) {
        return login -> {
            pending.incrementAndGet();
            try {
                logins.execute(() -> {
                    try {
                        login.run();
                    } finally {
                        ended();
                    }
                });
            } catch (Throwable e) {
                ended();
                throw e;
            }
        };
    }

    private void ended() {
        if (pending.decrementAndGet() == 0) {
            allEnded.complete(null);
        }
    }

    /** Finishes the count when this queue closes, if it has a use until then. */
    void awaitLastUse(UseCount count) {
        inUse.add(count);
        // Each look comes after the count can be found, so that of two threads at least one sees what the other did.
        if (count.isFinished()) {
            inUse.remove(count);
        } else if (isClosing.get()) {
            count.finish();
        }
    }

    void forget(UseCount count) {
        inUse.remove(count);
    }

    /**
     * Makes the log-outs that there are, whatever is in use. Later ones are dropped.
     *
     * @param longest the time for all; what has not ended then is interrupted or dropped. It is real time: what hangs looks
     *     at no injected clock
     * @param endOfSessions adds the log-outs of all sessions
     */
    public void close(Duration longest, Runnable endOfSessions) {
        var isFirst = isClosing.compareAndSet(false, true);
        endOfSessions.run();
        inUse.forEach(UseCount::finish);
        if (isFirst) {
            ended();
        }
        try {
            allEnded.get(longest.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException ignored) {
            // The rest is dropped.
        }
        threads.shutdownNow().forEach(left -> dropped.run());
    }

    /** One log-out. Its interrupt reaches no other one. */
    private final class LogOut extends FutureTask<Void> {
        private LogOut(Runnable logOut) {
            super(logOut, null);
        }

        @Override
        public void run() {
            CompletableFuture.delayedExecutor(limit.toNanos(), TimeUnit.NANOSECONDS)
                    .execute(() -> cancel(true));
            try {
                super.run();
            } finally {
                ended();
            }
        }
    }
}
