package io.apikit.auth.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.LoginStore;
import io.apikit.auth.LoginStore.Lease;
import io.apikit.auth.LoginStore.Space;
import io.apikit.auth.LoginStore.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** What the contract of a store is tested with: two stores, a part of each, and what these hear. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class LoginStoreFixture {
    /** More than a number of 53 bits holds, in which a store might count. */
    static final long BIG = (1L << 53) + 1;

    static final Duration LONG = Duration.ofMinutes(1);
    static final Duration SHORT = Duration.ofMillis(30);
    static final long LIMIT_SECONDS = 20;
    private static final AtomicInteger NAMES = new AtomicInteger();

    final List<LoginStore> stores = new ArrayList<>();
    private final List<Space> spaces = new ArrayList<>();
    final EventList heardByFirst = new EventList();
    final EventList heardBySecond = new EventList();
    Space first;
    Space second;
    String name;

    /** Returns a store. What one has is in all others that were returned before the end of the class. */
    protected abstract LoginStore open();

    @BeforeAll
    void openStores() {
        stores.add(open());
        stores.add(open());
    }

    @BeforeEach
    void openSpaces() {
        name = "contract-" + Long.toString(System.nanoTime(), 36) + "_" + NAMES.incrementAndGet();
        first = space(stores.get(0), name, heardByFirst);
        second = space(stores.get(1), name, heardBySecond);
        heardByFirst.connect(second);
        heardBySecond.connect(first);
    }

    @AfterEach
    void closeSpaces() {
        spaces.forEach(Space::close);
        spaces.clear();
    }

    @AfterAll
    void closeStores() {
        stores.forEach(LoginStore::close);
    }

    Space space(LoginStore store, String name, EventList events) {
        var space = store.open(name, events);
        spaces.add(space);
        return space;
    }

    /** Calls the replicas in turns, at once, and returns what came of it. */
    <T> List<T> together(int calls, Call<T> call) throws InterruptedException, ExecutionException {
        var threads = Executors.newFixedThreadPool(calls);
        try {
            var tasks = IntStream.range(0, calls)
                    .<Callable<T>>mapToObj(i -> () -> call.on(i % 2 == 0 ? first : second))
                    .toList();
            var results = new ArrayList<T>();
            for (Future<T> result : threads.invokeAll(tasks, LIMIT_SECONDS, TimeUnit.SECONDS)) {
                results.add(result.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }

    /** What one replica does. */
    interface Call<T> {
        T on(Space replica);
    }

    static Duration take(Space space, String bucket, int demanded, int capacity) {
        return space.take(bucket, demanded, capacity, LONG);
    }

    static Stored record(int format, long number, long change, String value) {
        return new Stored(format, number, change, value.getBytes(UTF_8), Duration.ZERO);
    }

    static String text(Optional<Stored> record) {
        return new String(record.orElseThrow().value(), UTF_8);
    }

    static Lease untilTaken(Space space, String key, long above) {
        var taken = new ArrayList<Lease>();
        until(() -> {
            var lease = space.lease(key, above, SHORT);
            if (lease.isTaken()) {
                taken.add(lease);
            }
            return lease.isTaken();
        });
        return taken.get(0);
    }

    /** Fails if it does not become true in time. A store that is not yet connected throws. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!isTrue(condition, end)) {
            assertThat(System.nanoTime()).as("came true in time").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    private static boolean isTrue(BooleanSupplier condition, long endNanos) {
        try {
            return condition.getAsBoolean();
        } catch (RuntimeException e) {
            if (System.nanoTime() > endNanos) {
                throw e;
            }
            return false;
        }
    }

    /** What a listener has heard. */
    static final class EventList implements LoginStore.Listener {
        private static final byte[] PROBE = {'p', 'r', 'o', 'b', 'e'};

        private final List<String> events = new ArrayList<>();

        @Override
        public synchronized void changed(String key) {
            events.add("changed " + key);
            notifyAll();
        }

        @Override
        public synchronized void received(byte[] message) {
            events.add(text(message));
            notifyAll();
        }

        private static String text(byte[] message) {
            var text = new StringBuilder("received");
            for (var each : message) {
                text.append(' ').append(each);
            }
            return text.toString();
        }

        /** That some may have been missed is no event of the other replica. */
        @Override
        public void missed() {
            // Nothing is counted here.
        }

        synchronized void clear() {
            events.clear();
        }

        /** Waits until what the other one sends is heard here. */
        void connect(Space other) {
            until(() -> {
                other.send(PROBE);
                return hasConnected();
            });
            clear();
        }

        private synchronized boolean hasConnected() {
            return events.contains(text(PROBE));
        }

        /** Without the probes of the beginning, of which some may come late. */
        synchronized List<String> all() {
            return events.stream().filter(event -> !event.equals(text(PROBE))).toList();
        }

        boolean awaitChanged(String key) {
            return await("changed " + key);
        }

        boolean awaitReceived(String bytes) {
            return await(("received " + bytes).strip());
        }

        private synchronized boolean await(String event) {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
            try {
                while (!events.contains(event) && System.nanoTime() < end) {
                    wait(100);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return events.contains(event);
        }
    }
}
