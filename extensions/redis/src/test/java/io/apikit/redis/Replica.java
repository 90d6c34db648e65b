package io.apikit.redis;

import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.auth.LoginStore;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** One replica of a service before a {@link TokenSite}, with a connection of its own to the store. Thread-safe. */
final class Replica implements AutoCloseable {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(20).toNanos();

    private final AtomicLong passed = new AtomicLong();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final WatchedStore store;
    private final Backend backend;

    /**
     * What came of one call.
     *
     * @param text who the backend takes the caller for
     * @param commands which have been sent for it, and not in the background
     */
    record Called(int status, String text, List<WatchedStore.Command> commands) {}

    Replica(TokenSite site, LoginStore store, Path key) {
        this.store = new WatchedStore(store);
        this.backend = Backend.at(site.url())
                .name("site")
                .auth(TokenSite.mode())
                .loginStore(this.store)
                .storeKey(key)
                .replicas(2)
                .retry(RetryPolicy.none())
                .timing(new PassingTime())
                .build();
        backend.bindTo(meters);
    }

    /** The machine's time, and what the test adds to it. */
    private final class PassingTime implements Timing {
        @Override
        public long nanoTime() {
            return System.nanoTime() + passed.get();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            Timing.system().sleep(duration);
        }
    }

    void pass(Duration time) {
        passed.addAndGet(time.toNanos());
    }

    /** One call at a time, so that it is known which commands are for it. */
    synchronized Called call(String user) {
        store.takeCommands();
        var response = backend.session(Credentials.bearer(user)).get("/whoami");
        return new Called(response.status(), response.text(), store.takeCommands());
    }

    boolean isStoreReachable() {
        return backend.isStoreReachable();
    }

    double up() {
        return meters.get("apikit.backend.store.up").gauge().value();
    }

    /** Returns the sum of all meters of this name, whatever their tags. */
    double count(String name) {
        return meters.find("apikit.backend.store." + name).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    private double failures(String kind) {
        return meters.get("apikit.backend.store.failures")
                .tag("kind", kind)
                .functionCounter()
                .count();
    }

    /** Returns how many records have been written, or may have been: a response may be late on a busy machine. */
    double written() {
        return count("pushed") + failures("write");
    }

    /** Returns once this is so. */
    static void await(String what, BooleanSupplier isSo) throws InterruptedException {
        var end = System.nanoTime() + PATIENCE_NANOS;
        while (!isSo.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not so within 20 s: " + what);
            }
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        backend.close();
        store.close();
    }
}
