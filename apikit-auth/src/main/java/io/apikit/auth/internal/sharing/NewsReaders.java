package io.apikit.auth.internal.sharing;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * Reads what others have written, for one session after another: 8 at a time at most, however many messages come at once. A
 * session that waits already is not added again. Thread-safe.
 *
 * @param <T> a session
 */
public final class NewsReaders<T> {
    static final int MOST = 8;

    private final StoreSchedule schedule;
    private final Consumer<? super T> reading;
    private final Queue<T> waiting = new ConcurrentLinkedQueue<>();
    private final Set<T> known = ConcurrentHashMap.newKeySet();
    private final AtomicInteger threads = new AtomicInteger();

    /** Creates readers for which no session waits. */
    public NewsReaders(StoreSchedule schedule, Consumer<? super T> reading) {
        this.schedule = schedule;
        this.reading = reading;
    }

    /** There is news for a session. */
    public void add(T session) {
        if (known.add(session)) {
            waiting.add(session);
            start();
        }
    }

    private void start() {
        if (threads.getAndUpdate(running -> Math.min(MOST, running + 1)) < MOST) {
            schedule.execute(this::read);
        }
    }

    private void read() {
        try {
            for (var next = waiting.poll(); next != null; next = waiting.poll()) {
                known.remove(next); // Before the reading: it may miss what comes meanwhile.
                reading.accept(next);
            }
        } finally {
            threads.decrementAndGet();
            // After that: one that was added a moment ago may have found all threads running.
            if (!waiting.isEmpty()) {
                start();
            }
        }
    }
}
