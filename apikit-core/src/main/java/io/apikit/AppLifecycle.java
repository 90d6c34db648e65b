package io.apikit;

import io.apikit.internal.health.Probes;
import io.apikit.internal.util.KnownResources;
import io.javalin.config.JettyConfig;
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

    private final String name;
    private final Probes probes;
    private final Runnable drain;
    private final Resources resources;
    private final Thread hook = new Thread(this::stop, "apikit-stop");
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Boolean> stopped = new CompletableFuture<>();
    private volatile @Nullable Thread stopper;

    /**
     * @param name of the service
     * @param probes report first that the app stops
     * @param drain then stops the server
     * @param resources are closed at last
     */
    AppLifecycle(String name, Probes probes, Runnable drain, Resources resources) {
        this.name = name;
        this.probes = probes;
        this.drain = drain;
        this.resources = resources;
        UnstartedApps.add(name);
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
        if (!stopping.get()) {
            UnstartedApps.remove(name);
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
            if (!started.get()) {
                UnstartedApps.remove(name);
            }
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
     * The resources that an app measures while it runs, and closes when it stops: the auth modes first, since they may use
     * others; then the last given first, each once, also if others throw. Thread-safe.
     */
    static final class Resources {
        private final Deque<AutoCloseable> lastFirst = new ArrayDeque<>();
        private final Set<Object> known = Collections.newSetFromMap(new IdentityHashMap<>());
        private final List<MeterBinder> measured;
        private final AtomicBoolean closed = new AtomicBoolean();

        Resources(List<AuthMode> modes, List<AutoCloseable> more) {
            for (var resource : Stream.concat(more.stream(), modes.stream()).toList()) {
                if (known.add(resource) && resource instanceof AutoCloseable closeable) {
                    lastFirst.push(closeable);
                }
            }
            this.measured = known.stream()
                    .filter(MeterBinder.class::isInstance)
                    .map(MeterBinder.class::cast)
                    .toList();
        }

        /** Has each request find out which resources its app has. */
        void announceIn(JettyConfig jetty) {
            jetty.modifyServletContextHandler(context -> KnownResources.announce(known, context::setAttribute));
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
