package io.apikit.ops;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does something again and again on a daemon thread, from start to close; what it throws ends nothing. */
final class Sampler implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);

    private final Runnable look;
    private final Duration every;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var daemon = new Thread(task, "apikit-status");
        daemon.setDaemon(true);
        return daemon;
    });

    Sampler(Runnable look, Duration every) {
        this.look = look;
        this.every = every;
    }

    /** Begins at once; the thread is there from now on. */
    @SuppressWarnings("FutureReturnValueIgnored") // it only ends with the thread
    void start() {
        thread.scheduleAtFixedRate(this::safely, 0, every.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void safely() {
        try {
            look.run();
        } catch (RuntimeException e) {
            LOG.warn("the meters could not be read for the status page", e);
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
