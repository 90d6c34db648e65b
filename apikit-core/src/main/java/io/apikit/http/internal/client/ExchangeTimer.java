package io.apikit.http.internal.client;

import io.apikit.http.Deadline;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Watches one exchange: aborts it at its deadline, whatever it is stuck in, and if the backend keeps silent for too long
 * where something of it is expected; unless it was closed before. The latter in place of the socket's own timeout: each
 * read with one sets a timer and cancels it, which on a virtual thread costs more than the read.
 */
final class ExchangeTimer implements AutoCloseable {
    /** Why it barked. */
    enum Reason {
        DEADLINE,
        SILENCE
    }

    private static final TimeoutThread PATROL = TimeoutThread.start();

    private final long silenceNanos;
    private final Runnable abort;
    private volatile long deadlineNanos;
    private volatile long dueNanos;
    private volatile @Nullable Reason reason;

    private ExchangeTimer(Deadline deadline, Duration silence, Runnable abort) {
        this.silenceNanos = silence.toNanos();
        this.abort = abort;
        this.deadlineNanos = System.nanoTime() + deadline.leftNanos();
        this.dueNanos = deadlineNanos;
    }

    /** @param silence how long the backend may keep silent where it is expected to say something */
    static ExchangeTimer until(Deadline deadline, Duration silence, Runnable abort) {
        var watchdog = new ExchangeTimer(deadline, silence, abort);
        PATROL.add(watchdog);
        return watchdog;
    }

    /** A read begins. */
    void expectBytes() {
        long silent = System.nanoTime() + silenceNanos;
        if (silent - deadlineNanos < 0) {
            dueNanos = silent;
            PATROL.hurry(silent);
        }
    }

    /** It is not the backend's turn: only the deadline counts. */
    void expectNothing() {
        dueNanos = deadlineNanos;
    }

    /** The deadline has been kept. */
    void withoutDeadline() {
        deadlineNanos = System.nanoTime() + TimeoutThread.FAR_NANOS;
        dueNanos = deadlineNanos;
    }

    boolean hasBarked() {
        return reason != null;
    }

    /** Once there is one, whatever went wrong went wrong because of it. */
    @Nullable
    Reason reason() {
        return reason;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** What it was due for is here. */
    void bark(long due) {
        reason = due == deadlineNanos ? Reason.DEADLINE : Reason.SILENCE;
        abort.run();
    }

    @Override
    public void close() {
        PATROL.remove(this);
    }
}
