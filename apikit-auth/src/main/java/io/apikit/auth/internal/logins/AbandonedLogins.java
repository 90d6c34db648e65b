package io.apikit.auth.internal.logins;

import io.apikit.BackendError;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.internal.util.WarningInterval;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The logins of one backend that were given up at their limit and have not ended since: 32 at most. Each has a thread that
 * nothing can end. Thread-safe.
 */
public final class AbandonedLogins {
    /** The most logins that are abandoned at a time. */
    public static final int MOST = 32;

    private static final Logger log = LoggerFactory.getLogger(AbandonedLogins.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(30);

    private final BackendLabel backend;
    private final String mode;
    private final WarningInterval warnings;
    private final AtomicInteger hanging = new AtomicInteger();
    private final LongAdder all = new LongAdder();
    private final LongAdder notStarted = new LongAdder();

    /**
     * Creates a count of none.
     *
     * @param backend how it is called, for the log and for errors
     * @param mode the name of the auth mode, for the log and for errors
     */
    public AbandonedLogins(BackendLabel backend, String mode, Timing timing) {
        this.backend = backend;
        this.mode = mode;
        this.warnings = new WarningInterval(timing::nanoTime);
    }

    /** Counts every login that was abandoned. */
    public LongAdder all() {
        return all;
    }

    /** Counts the logins that were not started, since too many hang. */
    public LongAdder notStarted() {
        return notStarted;
    }

    /** Returns how many hang now. */
    public int hanging() {
        return hanging.get();
    }

    /** @throws BackendError 503 if as many hang as may */
    void requireRoom() {
        if (hanging.get() >= MOST) {
            notStarted.increment();
            throw BackendError.of(
                            503,
                            "No login to " + backend + " is started: " + MOST + " calls of logIn of the auth mode "
                                    + mode + " hang.")
                    .withHeader(RetryAfter.HEADER, RetryAfter.format(RETRY_AFTER));
        }
    }

    /** Returns whether one more may be abandoned; if so, it is counted until {@link #ended}. */
    boolean tryAdd() {
        var before = hanging.getAndUpdate(count -> Math.min(MOST, count + 1));
        if (before < MOST) {
            all.increment();
        }
        return before < MOST;
    }

    void warn() {
        if (warnings.isOver()) {
            log.warn(
                    "A login to {} has not ended at its limit and is interrupted: {} calls of logIn of the auth mode {} hang"
                            + " now, and from {} on no login is started",
                    backend.logged(),
                    hanging.get(),
                    mode,
                    MOST);
        }
    }

    void ended() {
        hanging.decrementAndGet();
    }
}
