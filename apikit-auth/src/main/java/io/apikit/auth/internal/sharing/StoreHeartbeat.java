package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.sharing.StoreBreaker.Kind;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.Deadline;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/**
 * Says every 2 s that this replica is alive. So it finds out whether the store can be reached, and whether that has lost
 * what it knew. Thread-safe.
 */
public final class StoreHeartbeat {
    /** For how long a replica counts as alive after each beat. */
    public static final Duration ALIVE = Duration.ofSeconds(7);

    private static final Duration EVERY = Duration.ofSeconds(2);

    /** How long a store may take to connect. A new replica that went on without it would log in everybody again. */
    private static final Duration START = Duration.ofSeconds(2);

    private static final Duration START_PAUSE = Duration.ofMillis(50);

    private final StoreBreaker breaker;
    private final StoreSchedule schedule;
    private final BooleanSupplier beat;
    private final Runnable forgotten;
    private final Runnable away;
    private final CompletableFuture<Void> started = new CompletableFuture<>();

    /**
     * Creates a heartbeat that has not begun.
     *
     * @param beat says it to the store. Returns whether that knew of this replica
     * @param forgotten is run if the store did not, though that is not its first time
     * @param away is run if the store cannot be reached
     */
    public StoreHeartbeat(
            StoreBreaker breaker, StoreSchedule schedule, BooleanSupplier beat, Runnable forgotten, Runnable away) {
        this.breaker = breaker;
        this.schedule = schedule;
        this.beat = beat;
        this.forgotten = forgotten;
        this.away = away;
    }

    /** Begins, in the background. */
    public void begin() {
        schedule.execute(this::start);
        schedule.after(START, () -> started.complete(null));
    }

    private void start() {
        if (breaker.isThere(() -> {
            var unused = beat.getAsBoolean();
        })) {
            started.complete(null);
            schedule.after(EVERY, () -> beat(false));
        } else if (started.isDone()) {
            beat(true);
        } else {
            schedule.after(START_PAUSE, this::start);
        }
    }

    private void beat(boolean isFirst) {
        try {
            var wasKnown = breaker.call(Kind.ALIVE, beat::getAsBoolean);
            if (!isFirst && !wasKnown) {
                forgotten.run();
            }
            schedule.after(EVERY, () -> beat(false));
        } catch (StoreAway ignored) {
            away.run();
            // The breaker has logged it. A store that has never known this replica may be a new one.
            schedule.after(EVERY, () -> beat(isFirst));
        }
    }

    /** Waits until the store has been reached once, for 2 s after the start of the backend at most. */
    public void awaitStart(Deadline deadline) throws InterruptedException {
        if (!started.isDone()) {
            schedule.await(started, deadline.left());
        }
    }
}
