package io.apikit.redis;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is made in the background, tried again until there is one, and made anew once it has been given up.
 * The library below reconnects by itself what was once connected. Thread-safe; nothing here waits.
 */
final class BackgroundConnection<C> {
    /** The longest pause between two tries. */
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    /** The pause after the first try that has failed. */
    static final Duration FIRST_PAUSE = Duration.ofMillis(50);

    private static final Logger log = LoggerFactory.getLogger(BackgroundConnection.class);

    private final Supplier<CompletionStage<C>> opening;
    private final Consumer<C> onOpened;
    private final Consumer<C> closing;
    private final ScheduledExecutorService timer;
    private final Object lock = new Object();

    private volatile @Nullable C current;
    private volatile String lastFailure = "it has not been tried yet";
    private boolean isStarted;
    private boolean isClosed;
    private int failures;

    /** @param onOpened runs on a thread of the library below, once the connection is the current one */
    BackgroundConnection(
            Supplier<CompletionStage<C>> opening,
            Consumer<C> onOpened,
            Consumer<C> closing,
            ScheduledExecutorService timer) {
        this.opening = opening;
        this.onOpened = onOpened;
        this.closing = closing;
        this.timer = timer;
    }

    /** Starts to connect. Called again, it does nothing. */
    void start() {
        synchronized (lock) {
            if (isStarted || isClosed) {
                return;
            }
            isStarted = true;
        }
        open();
    }

    /** Returns the connection; null while there is none. */
    @Nullable
    C current() {
        return current;
    }

    /** Returns why the last try to connect has failed. */
    String lastFailure() {
        return lastFailure;
    }

    /** Closes this connection, and makes another one, unless that has been done. */
    void giveUp(C connection) {
        synchronized (lock) {
            if (current != connection) {
                return;
            }
            current = null;
        }
        closing.accept(connection);
        openLater();
    }

    /** Opens no other connection. Who closes the library below ends the one that there is. */
    void close() {
        synchronized (lock) {
            isClosed = true;
            current = null;
        }
    }

    private void open() {
        try {
            opening.get().whenComplete((connection, e) -> {
                if (connection == null) {
                    failed(e);
                } else {
                    opened(connection);
                }
            });
        } catch (RuntimeException e) {
            failed(e);
        }
    }

    private void opened(C connection) {
        boolean isLate;
        synchronized (lock) {
            isLate = isClosed;
            if (!isLate) {
                failures = 0;
                current = connection;
            }
        }
        (isLate ? closing : onOpened).accept(connection);
    }

    private void failed(@Nullable Throwable e) {
        lastFailure = e == null ? "unknown" : RedisErrors.text(e);
        log.debug("no connection to the store: {}", lastFailure);
        openLater();
    }

    private void openLater() {
        long pause;
        synchronized (lock) {
            if (isClosed) {
                return;
            }
            pause = pauseMillis(failures++);
        }
        try {
            var ignored = timer.schedule(this::open, pause, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException ignored) {
            // It has been closed meanwhile.
        }
    }

    /** Half of it is left to chance, so that replicas do not come back together. */
    private static long pauseMillis(int failures) {
        var longest = Math.min(LONGEST_PAUSE.toMillis(), FIRST_PAUSE.toMillis() << Math.min(failures, 10));
        return longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2 + 1);
    }
}
