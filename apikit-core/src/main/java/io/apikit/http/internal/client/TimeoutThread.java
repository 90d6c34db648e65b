package io.apikit.http.internal.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that looks after the watchdogs of all exchanges. It sleeps until the first of them is due; an exchange that
 * is over before that, as nearly all are, has woken nobody.
 */
final class TimeoutThread implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(TimeoutThread.class);
    private static final long LONGEST_SLEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Later than any deadline, and near enough that the difference of the two cannot overflow. */
    static final long FAR_NANOS = Long.MAX_VALUE / 2;

    private final Set<ExchangeTimer> out = ConcurrentHashMap.newKeySet();
    private final Thread thread = new Thread(this, "apikit-deadlines");

    /** When it looks next of its own accord. */
    private volatile long wakesNanos = System.nanoTime() + FAR_NANOS;

    /** When the first is due of those that hurried it since it last began to look. */
    private final AtomicLong soonestNanos = new AtomicLong(System.nanoTime() + FAR_NANOS);

    static TimeoutThread start() {
        var patrol = new TimeoutThread();
        patrol.thread.setDaemon(true);
        patrol.thread.start();
        return patrol;
    }

    void add(ExchangeTimer watchdog) {
        out.add(watchdog);
        hurry(watchdog.dueNanos());
    }

    void remove(ExchangeTimer watchdog) {
        out.remove(watchdog);
    }

    /** One of them is due at this moment now. */
    void hurry(long dueNanos) {
        if (dueNanos - wakesNanos < 0) {
            soonestNanos.accumulateAndGet(dueNanos, TimeoutThread::sooner);
            LockSupport.unpark(thread);
        }
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement")
    public void run() {
        while (true) {
            sleepUntil(look());
        }
    }

    /**
     * Whoever comes while it looks may not be seen, and so says when it is due: for as long it says that it wakes late.
     *
     * @return when the first is due of those that it has seen
     */
    private long look() {
        long now = System.nanoTime();
        wakesNanos = now + FAR_NANOS;
        soonestNanos.set(now + LONGEST_SLEEP_NANOS);
        long next = now + LONGEST_SLEEP_NANOS;
        for (var watchdog : out) {
            long due = watchdog.dueNanos();
            if (due - now <= 0) {
                bark(watchdog, due);
            } else {
                next = sooner(due, next);
            }
        }
        return next;
    }

    /** To be woken is no reason to look, only to sleep for less: thousands at once would have it look all the time. */
    private void sleepUntil(long seenNanos) {
        wakesNanos = seenNanos;
        long next = sooner(seenNanos, soonestNanos.get());
        for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
            wakesNanos = next;
            LockSupport.parkNanos(this, left);
            next = sooner(next, soonestNanos.get());
        }
    }

    private static long sooner(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private void bark(ExchangeTimer watchdog, long due) {
        out.remove(watchdog);
        try {
            watchdog.bark(due);
        } catch (RuntimeException e) {
            log.warn("an exchange that is out of time cannot be aborted", e);
        }
    }
}
