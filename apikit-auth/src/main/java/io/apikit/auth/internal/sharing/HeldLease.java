package io.apikit.auth.internal.sharing;

import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A lease of this replica. It is extended until it ends, unless another one has followed it. Thread-safe. */
public final class HeldLease implements AutoCloseable {
    /** A lease lasts for three of these. So one extension may fail. */
    private static final Duration EXTENDED_EVERY = Duration.ofMillis(1_600);

    private final long number;
    private final BooleanSupplier extension;
    private final Runnable release;
    private final StoreSchedule schedule;
    private final Consumer<HeldLease> ended;
    private final AtomicBoolean isOver = new AtomicBoolean();

    /**
     * Holds a lease that was taken.
     *
     * @param extension extends it; false if another one has followed it
     * @param release ends it in the store
     * @param ended is run once, at its end
     */
    public HeldLease(
            long number,
            BooleanSupplier extension,
            Runnable release,
            StoreSchedule schedule,
            Consumer<HeldLease> ended) {
        this.number = number;
        this.extension = extension;
        this.release = release;
        this.schedule = schedule;
        this.ended = ended;
    }

    /** Returns its number. */
    public long number() {
        return number;
    }

    /** Returns whether it has neither ended nor been given back. */
    public boolean isHeld() {
        return !isOver.get();
    }

    /** Begins to extend it. */
    public void begin() {
        schedule.after(EXTENDED_EVERY, () -> {
            if (!isHeld()) {
                return;
            }
            if (isExtended()) {
                begin();
            } else {
                end(); // Others go on by what its followers write.
            }
        });
    }

    private boolean isExtended() {
        try {
            return extension.getAsBoolean();
        } catch (StoreAway ignored) {
            return true;
        }
    }

    /** Its record is written, or a later lease is there: nothing is left to be released. */
    public void end() {
        if (isOver.compareAndSet(false, true)) {
            ended.accept(this);
        }
    }

    /** Releases it, unless it has ended. */
    @Override
    public void close() {
        if (isOver.compareAndSet(false, true)) {
            ended.accept(this);
            try {
                release.run();
            } catch (StoreAway ignored) {
                // It ends by itself.
            }
        }
    }
}
