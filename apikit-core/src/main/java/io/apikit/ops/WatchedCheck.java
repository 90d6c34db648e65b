package io.apikit.ops;

import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A check that never runs twice at the same time, nor again while what it said is fresh, however many ask. One that was
 * late is not waited for again: or each probe would take as long as a prober has patience. The log has a line when it
 * goes down and one when it is up again. Threadsafe.
 */
final class WatchedCheck {
    private static final Logger LOG = LoggerFactory.getLogger(WatchedCheck.class);

    /** Of the whole process. */
    private static final Executor THREADS = BesideThreads.open("apikit-check");

    private final HealthCheck check;
    private final long timeoutNanos;
    private final LongSupplier clock;
    private final AtomicReference<@Nullable CheckRun> latest = new AtomicReference<>();
    private final AtomicBoolean wasUp = new AtomicBoolean(true);

    WatchedCheck(HealthCheck check, long timeoutNanos, LongSupplier clock) {
        this.check = check;
        this.timeoutNanos = timeoutNanos;
        this.clock = clock;
    }

    String name() {
        return check.name();
    }

    boolean isHard() {
        return check.isHard();
    }

    /** The run that answers for it now: a new one, unless there is one. */
    CheckRun current() {
        var last = latest.get();
        if (last != null && last.isCurrent()) {
            return last;
        }
        var next = new CheckRun(clock, timeoutNanos, last == null || !last.wasLate(), this::note);
        var first = latest.compareAndExchange(last, next);
        if (first != last && first != null) {
            return first;
        }
        start(next);
        return next;
    }

    private void start(CheckRun run) {
        try {
            THREADS.execute(() -> run.run(check.question()));
        } catch (RuntimeException | OutOfMemoryError noThread) {
            run.run(() -> {
                throw new IllegalStateException("no thread for a check", noThread);
            });
        }
    }

    private void note(CheckRun.Told told) {
        var isUp = told.result() == CheckResult.UP;
        if (wasUp.getAndSet(isUp) == isUp) {
            return;
        }
        if (isUp) {
            LOG.info("the check {} is up again", check.name());
        } else {
            LOG.warn("the check {} is down: {}", check.name(), told.cause());
        }
    }
}
