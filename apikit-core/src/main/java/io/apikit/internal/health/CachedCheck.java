package io.apikit.internal.health;

import io.apikit.internal.util.BackgroundThreads;
import io.apikit.internal.util.SingleFlight;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A check that never runs twice at the same time, and not again while its result is less than a second old, however
 * many probes ask. A run that is late is not waited for again, and neither is the run after it: else each probe would
 * take as long as its sender is willing to wait. The log has a line when the check goes down and one when it is up
 * again. Thread-safe.
 */
final class CachedCheck {
    private static final Logger log = LoggerFactory.getLogger(CachedCheck.class);
    private static final long FRESH_NANOS = 1_000_000_000L;

    /** The checks of all apps in the process share them. */
    private static final Executor THREADS = BackgroundThreads.open("apikit-check");

    private final HealthCheck check;
    private final long timeoutNanos;
    private final LongSupplier clock;
    private final Executor threads;
    private final SingleFlight<Report> flight;
    private final AtomicBoolean wasUp = new AtomicBoolean(true);
    private volatile @Nullable Report latest;

    CachedCheck(HealthCheck check, long timeoutNanos, LongSupplier clock) {
        this(check, timeoutNanos, clock, THREADS);
    }

    CachedCheck(HealthCheck check, long timeoutNanos, LongSupplier clock, Executor threads) {
        this.check = check;
        this.timeoutNanos = timeoutNanos;
        this.clock = clock;
        this.threads = threads;
        this.flight = new SingleFlight<>(clock);
    }

    String name() {
        return check.name();
    }

    boolean isHard() {
        return check.isHard();
    }

    /**
     * Returns the run whose result counts now: one that has ended less than a second ago, the one under way, or a new
     * one.
     */
    SingleFlight.Run<Report> current() {
        var fresh = fresh();
        if (fresh.isPresent()) {
            return SingleFlight.ended(fresh.get());
        }
        var mine = flight.newRun();
        var run = flight.enter(mine);
        if (run == mine) {
            start(mine);
        }
        return run;
    }

    private Optional<Report> fresh() {
        return Optional.ofNullable(latest).filter(last -> clock.getAsLong() - last.atNanos() < FRESH_NANOS);
    }

    private void start(SingleFlight.Run<Report> mine) {
        // Once more: another run may have ended between the first look and the entry.
        var fresh = fresh();
        if (fresh.isPresent()) {
            flight.end(mine, fresh::get);
            return;
        }
        try {
            threads.execute(() -> run(mine));
        } catch (RuntimeException | OutOfMemoryError e) {
            flight.end(mine, () -> report(mine, Result.DOWN, "no thread for a check"));
        }
    }

    private void run(SingleFlight.Run<Report> mine) {
        var result = Result.DOWN;
        var cause = "it says so";
        try {
            result = Boolean.TRUE.equals(check.question().call()) ? Result.UP : Result.DOWN;
        } catch (Throwable e) {
            cause = e.getClass().getName();
        }
        end(mine, result, cause);
    }

    private void end(SingleFlight.Run<Report> mine, Result result, String cause) {
        try {
            flight.end(mine, () -> report(mine, result, cause));
        } finally {
            // A run that was late has its result already, and keeps the place up to here: its question goes on, and is
            // not asked a second time meanwhile.
            flight.leave(mine);
        }
    }

    /** Waits for the result of a run, until its deadline. */
    Result await(SingleFlight.Run<Report> run) {
        if (run.result().isEmpty() && wasLate() && left(run) > 0) {
            return Result.TIMEOUT;
        }
        try {
            var report = flight.await(run, () -> Math.max(0, left(run)));
            if (report.isEmpty()) {
                // This is the result for all that wait for the run, and for all probes that come before it ends.
                var unused = flight.complete(run, this::late);
            }
            return report.or(run::result).map(Report::result).orElse(Result.TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Result.TIMEOUT;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a failure is a result", e);
        }
    }

    private boolean wasLate() {
        var last = latest;
        return last != null && last.result() == Result.TIMEOUT;
    }

    private long left(SingleFlight.Run<Report> run) {
        return run.startNanos() + timeoutNanos - clock.getAsLong();
    }

    private Report report(SingleFlight.Run<Report> run, Result result, String cause) {
        return left(run) < 0 ? late() : note(new Report(result, cause, clock.getAsLong()));
    }

    private Report late() {
        return note(new Report(Result.TIMEOUT, "no answer in time", clock.getAsLong()));
    }

    private Report note(Report report) {
        latest = report;
        var isUp = report.result() == Result.UP;
        if (wasUp.getAndSet(isUp) != isUp) {
            if (isUp) {
                log.info("the check {} is up again", check.name());
            } else {
                log.warn("the check {} is down: {}", check.name(), report.cause());
            }
        }
        return report;
    }

    /**
     * The outcome of one run.
     *
     * @param cause for the log: never the message of an exception, which may contain a secret
     */
    record Report(Result result, String cause, long atNanos) {}

    /** The result of a check. */
    enum Result {
        /** It returned true. */
        UP,
        /** It returned anything else, or threw an exception. */
        DOWN,
        /** It returned nothing in time. */
        TIMEOUT;

        /** Returns the word for it in responses of probes. */
        String text() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
