package io.apikit.http.internal.client;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread that serves the timers of all exchanges. It sleeps until the first of them is due. An exchange that ends
 * before that, as nearly all do, does not wake it.
 */
final class TimeoutThread implements Runnable {
    private static final Logger log = LoggerFactory.getLogger(TimeoutThread.class);
    private static final long LONGEST_SLEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** Later than any deadline, and near enough that the difference of the two cannot overflow. */
    static final long FAR_NANOS = Long.MAX_VALUE / 2;

    private final Set<ExchangeTimer> timers = ConcurrentHashMap.newKeySet();
    /** It outlives the request that happens to start it, and so inherits nothing from it. */
    private final Thread thread = new Thread(null, this, "apikit-deadlines", 0, false);

    /** When it checks next, if nothing wakes it. */
    private volatile long wakesNanos = System.nanoTime() + FAR_NANOS;

    /** The earliest moment given to {@link #wakeAt} since the last check began. */
    private final AtomicLong earliestNanos = new AtomicLong(System.nanoTime() + FAR_NANOS);

    static TimeoutThread start() {
        var timeouts = new TimeoutThread();
        timeouts.thread.setContextClassLoader(null);
        timeouts.thread.setDaemon(true);
        timeouts.thread.start();
        return timeouts;
    }

    void add(ExchangeTimer timer) {
        timers.add(timer);
        wakeAt(timer.dueNanos());
    }

    void remove(ExchangeTimer timer) {
        timers.remove(timer);
    }

    /** Makes the next check come no later than this moment: a timer is due then. */
    void wakeAt(long dueNanos) {
        if (dueNanos - wakesNanos < 0) {
            earliestNanos.accumulateAndGet(dueNanos, TimeoutThread::earlier);
            LockSupport.unpark(thread);
        }
    }

    @Override
    @SuppressWarnings("InfiniteLoopStatement")
    public void run() {
        while (true) {
            sleepUntil(checkDue());
        }
    }

    /**
     * A timer added during a check may be missed by it. While checking, {@code wakesNanos} is set far ahead, so that such
     * a timer wakes the thread.
     *
     * @return when the first of the timers is due that the check has seen
     */
    private long checkDue() {
        long now = System.nanoTime();
        wakesNanos = now + FAR_NANOS;
        earliestNanos.set(now + LONGEST_SLEEP_NANOS);
        long next = now + LONGEST_SLEEP_NANOS;
        for (var timer : timers) {
            long due = timer.dueNanos();
            if (due - now <= 0) {
                expire(timer, due);
            } else {
                next = earlier(due, next);
            }
        }
        return next;
    }

    /** A wake-up shortens the sleep and causes no check: with thousands of them, it would check all the time. */
    private void sleepUntil(long seenNanos) {
        wakesNanos = seenNanos;
        long next = earlier(seenNanos, earliestNanos.get());
        for (long left = next - System.nanoTime(); left > 0; left = next - System.nanoTime()) {
            wakesNanos = next;
            LockSupport.parkNanos(this, left);
            Thread.interrupted(); // An interrupted thread would not be parked again.
            next = earlier(next, earliestNanos.get());
        }
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private void expire(ExchangeTimer timer, long due) {
        timers.remove(timer);
        try {
            timer.expire(due);
        } catch (RuntimeException e) {
            log.warn("an exchange that is out of time cannot be aborted", e);
        }
    }
}
