package io.apikit;

import io.apikit.internal.health.Probes;
import io.javalin.util.JavalinException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts an app at most once and stops it once, on the first thread that calls {@link #stop}; other threads that call
 * it wait for the end of that. From start to stop, a shutdown hook of the JVM calls it too. Thread-safe.
 */
final class AppLifecycle {
    private static final Logger log = LoggerFactory.getLogger(AppLifecycle.class);

    private final Probes probes;
    private final Runnable drain;
    private final Resources resources;
    private final Thread hook = new Thread(this::stop, "apikit-stop");
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    private volatile @Nullable Thread stopper;

    /**
     * @param probes report first that the app stops
     * @param drain then stops the server
     * @param resources are closed at last
     */
    AppLifecycle(Probes probes, Runnable drain, Resources resources) {
        this.probes = probes;
        this.drain = drain;
        this.resources = resources;
    }

    boolean isStarted() {
        return started.get();
    }

    /** Starts the server. If that fails, stops it and closes the resources. */
    void start(Runnable server) {
        if (stopping.get()) {
            throw new JavalinException("an ApiApp that has been stopped cannot be started again");
        }
        if (!started.compareAndSet(false, true)) {
            throw new JavalinException("an ApiApp can be started only once");
        }
        var running = false;
        try {
            Runtime.getRuntime().addShutdownHook(hook);
            server.run();
            refuseIfStopped();
            running = true;
        } finally {
            if (!running) {
                stop();
            }
        }
    }

    /** A stop before the server listened had no server to stop. */
    private void refuseIfStopped() {
        if (stopping.get()) {
            drain.run();
            throw new JavalinException("an ApiApp was stopped while it started");
        }
    }

    void stop() {
        if (stopping.compareAndSet(false, true)) {
            stopper = Thread.currentThread();
            var isInterrupted = isInterruptedWithin(probes.stop());
            try {
                drainAndClose();
            } finally {
                if (isInterrupted) {
                    Thread.currentThread().interrupt();
                }
                removeHook();
                stopped.complete(true);
            }
        } else if (stopper != Thread.currentThread()) {
            stopped.join();
        }
    }

    private static boolean isInterruptedWithin(Duration delay) {
        try {
            if (!delay.isZero()) {
                log.info("stopping; serving on for {} ms, while readiness says so", delay.toMillis());
            }
            Thread.sleep(delay.toMillis());
            return false;
        } catch (InterruptedException e) {
            return true;
        }
    }

    private void drainAndClose() {
        try {
            drain.run();
        } catch (JavalinException e) {
            if (!(e.getCause() instanceof TimeoutException)) {
                throw e;
            }
            log.warn("requests that outlived the grace period were cut off");
        } finally {
            resources.close();
        }
    }

    private void removeHook() {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            log.debug("the JVM is ending already: its hooks stay as they are");
        }
    }

    /**
     * The resources that an app measures while it runs, and closes when it stops: the last given first, each once, also
     * if others throw. Thread-safe.
     */
    static final class Resources {
        private final Deque<AutoCloseable> lastFirst = new ArrayDeque<>();
        private final List<MeterBinder> measured;
        private final AtomicBoolean closed = new AtomicBoolean();

        Resources(AuthMode auth, List<AutoCloseable> more) {
            Set<AutoCloseable> known = Collections.newSetFromMap(new IdentityHashMap<>());
            if (auth instanceof AutoCloseable closeable && known.add(closeable)) {
                lastFirst.push(closeable);
            }
            more.stream().filter(known::add).forEach(lastFirst::push);
            this.measured = Stream.concat(Stream.of(auth), more.stream())
                    .filter(MeterBinder.class::isInstance)
                    .map(MeterBinder.class::cast)
                    .distinct()
                    .toList();
        }

        /** Binds the resources that have meters to a registry. */
        void bindTo(MeterRegistry registry) {
            measured.forEach(resource -> resource.bindTo(registry));
        }

        void close() {
            if (closed.compareAndSet(false, true)) {
                lastFirst.forEach(Resources::close);
            }
        }

        private static void close(AutoCloseable resource) {
            try {
                resource.close();
            } catch (Exception e) {
                if (e instanceof InterruptedException) {
                    Thread.currentThread().interrupt();
                }
                log.warn("closing a {} failed", resource.getClass().getName(), e);
            }
        }
    }
}
