package io.apikit.http.internal.client;

import io.apikit.http.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Aborts one exchange at its deadline, whatever it is stuck in, and if the backend stays silent for too long while
 * something is expected of it; unless it is closed before. It replaces the socket's own timeout: each read with one sets
 * a timer and cancels it, which costs more than the read on a virtual thread.
 */
final class ExchangeTimer implements AutoCloseable {
    /** Why it expired. */
    enum Reason {
        DEADLINE,
        SILENCE
    }

    private static final TimeoutThread TIMEOUTS = TimeoutThread.start();

    private final long silenceNanos;
    private final Runnable abort;
    private volatile long deadlineNanos;
    private long leftNanos;
    private volatile long dueNanos;
    private volatile @Nullable Reason reason;

    private ExchangeTimer(Deadline deadline, Duration silence, Runnable abort) {
        this.silenceNanos = silence.toNanos();
        this.abort = abort;
        this.deadlineNanos = System.nanoTime() + deadline.leftNanos();
        this.dueNanos = deadlineNanos;
    }

    /** @param silence how long the backend may stay silent while something is expected of it */
    static ExchangeTimer until(Deadline deadline, Duration silence, Runnable abort) {
        var timer = new ExchangeTimer(deadline, silence, abort);
        TIMEOUTS.add(timer);
        return timer;
    }

    /** A read begins. */
    void expectBytes() {
        long silent = System.nanoTime() + silenceNanos;
        if (silent - deadlineNanos < 0) {
            dueNanos = silent;
            TIMEOUTS.wakeAt(silent);
        }
    }

    /** Nothing is expected of the backend now: only the deadline counts. */
    void expectNothing() {
        dueNanos = deadlineNanos;
    }

    /** Ends the deadline, which has been kept. */
    void withoutDeadline() {
        deadlineNanos = System.nanoTime() + TimeoutThread.FAR_NANOS;
        dueNanos = deadlineNanos;
    }

    /** Stops the time until the deadline. */
    void suspendDeadline() {
        leftNanos = deadlineNanos - System.nanoTime();
        withoutDeadline();
    }

    /** Lets the time until the deadline go on. */
    void resumeDeadline() {
        deadlineNanos = System.nanoTime() + leftNanos;
        dueNanos = deadlineNanos;
        TIMEOUTS.wakeAt(dueNanos);
    }

    boolean hasExpired() {
        return reason != null;
    }

    /** Returns why it expired, or null if it has not. Once it has, every failure of the exchange is due to it. */
    @Nullable
    Reason reason() {
        return reason;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** The moment that it was due at has come. */
    void expire(long due) {
        reason = due == deadlineNanos ? Reason.DEADLINE : Reason.SILENCE;
        abort.run();
    }

    @Override
    public void close() {
        TIMEOUTS.remove(this);
    }
}
