package io.apikit.testkit.faulty;

import io.apikit.testkit.internal.RecentEvents;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The connections and requests of a {@link FaultyServer}, counted, and waited for by tests. Thread-safe. */
final class ConnectionMonitor {
    /** Longer than any test should take. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(10);

    private static final int MOST_REQUESTS = 1_000;
    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private final Lock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final RecentEvents<ReceivedRequest> requests =
            new RecentEvents<>(MOST_REQUESTS, MOST_BYTES, ReceivedRequest::size);
    private int accepted;
    private int open;
    private int closedByClient;
    private int stalled;
    private int releases;
    private long bytes;

    /** Counts a new connection, and returns its number. The first is 1. */
    int opened() {
        return change(() -> {
            open++;
            return ++accepted;
        });
    }

    void closed(boolean byClient) {
        change(() -> {
            open--;
            closedByClient += byClient ? 1 : 0;
            return open;
        });
    }

    void received(ReceivedRequest request) {
        change(() -> {
            requests.add(request);
            return request;
        });
    }

    void received(int count) {
        change(() -> bytes += count);
    }

    /** Waits for the next release, or until this connection is over. */
    void stall(BooleanSupplier over) throws InterruptedException {
        lock.lock();
        try {
            int before = releases;
            stalled++;
            changed.signalAll();
            while (releases == before && !over.getAsBoolean()) {
                changed.await();
            }
        } finally {
            stalled--;
            lock.unlock();
        }
    }

    void release() {
        change(() -> ++releases);
    }

    private <T> T change(Supplier<T> action) {
        lock.lock();
        try {
            T result = action.get();
            changed.signalAll();
            return result;
        } finally {
            lock.unlock();
        }
    }

    int accepted() {
        return read(() -> accepted);
    }

    int open() {
        return read(() -> open);
    }

    int closedByClient() {
        return read(() -> closedByClient);
    }

    int stalled() {
        return read(() -> stalled);
    }

    long bytes() {
        return read(() -> bytes);
    }

    int requestCount() {
        return read(requests::count);
    }

    List<ReceivedRequest> requests() {
        return read(requests::all);
    }

    /** Returns a request that has arrived. The first has the number 1. */
    ReceivedRequest request(int number) {
        return read(() -> requests.numbered(number));
    }

    private <T> T read(Supplier<T> value) {
        lock.lock();
        try {
            return value.get();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until this has happened.
     *
     * @throws IllegalStateException after 10 s, or if the thread is interrupted; the message has the counts
     */
    void await(String what, BooleanSupplier happened) {
        lock.lock();
        try {
            long left = MAX_WAIT.toNanos();
            while (!happened.getAsBoolean()) {
                if (left <= 0) {
                    throw new IllegalStateException("not " + what + " after " + MAX_WAIT + ": " + this);
                }
                left = changed.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public String toString() {
        return read(() -> accepted + " accepted, " + open + " open, " + closedByClient + " closed by clients, "
                + stalled + " stalled, " + requests.count() + " requests");
    }
}
