package io.apikit.http.internal.resilience;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.Pace;
import io.apikit.http.RetryAfter;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Gives out permits in the order they were asked for, an interval apart, and as many at a time as {@link TokenWindow}
 * allows. A thread that waits looks again when its turn
 * should come, and every second at least, since the interval may change meanwhile. The lock is held for the look only.
 * Thread-safe.
 */
public final class AdaptiveRateLimiter implements Gate {
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Pace pace;
    private final Timing timing;
    private final TransportFailures failures;
    private final AdaptiveInterval interval;
    private final @Nullable TokenWindow tokens;
    private final WaitingLine line;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastNanos;
    private long heldUntilNanos;

    private AdaptiveRateLimiter(Pace pace, Timing timing, TransportFailures failures) {
        this.pace = pace;
        this.timing = timing;
        this.failures = failures;
        this.interval = new AdaptiveInterval(pace);
        this.tokens = pace.burst() == 0 ? null : new TokenWindow(pace.burst(), pace.burstPeriod());
        this.line = new WaitingLine(pace.maxWaiting());
        this.heldUntilNanos = timing.nanoTime();
        this.lastNanos = heldUntilNanos - interval.interval();
    }

    /** Returns {@link Gate#NONE} if there is no pace. */
    public static Gate create(@Nullable Pace pace, Timing timing, TransportFailures failures) {
        return pace == null ? Gate.NONE : new AdaptiveRateLimiter(pace, timing, failures);
    }

    @Override
    public Permit acquire(Deadline deadline) {
        var waiter = new WaitingLine.Waiter();
        try {
            var permit = tryAcquire(waiter, deadline);
            while (permit == null) {
                timing.sleep(Duration.ofNanos(Math.min(waiter.waitNanos(), LOOK_AGAIN_NANOS)));
                permit = tryAcquire(waiter, deadline);
            }
            return permit;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failures.interrupted(e).toError();
        } finally {
            leave(waiter);
        }
    }

    @Override
    public CallOutcome refusal() {
        return CallOutcome.PACED;
    }

    /** Returns null if the turn has not come; the waiter then knows how long that may take. */
    private @Nullable Permit tryAcquire(WaitingLine.Waiter waiter, Deadline deadline) {
        lock.lock();
        try {
            long now = timing.nanoTime();
            long wait = waitNanos(now, line.ahead(waiter));
            if (wait >= deadline.leftNanos()) {
                throw withRetryAfter(failures.noTurnInTime(), wait);
            }
            if (wait == 0) {
                return grant(waiter, now);
            }
            if (!line.join(waiter, wait)) {
                throw withRetryAfter(failures.tooManyWaiting(), wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private long waitNanos(long now, int ahead) {
        long gap = interval.interval();
        long untilNext = Math.max(lastNanos + gap - now, heldUntilNanos - now);
        long wait = Math.max(0, untilNext) + ahead * gap;
        return tokens == null ? wait : Math.max(wait, tokens.waitNanos(now, ahead));
    }

    private Permit grant(WaitingLine.Waiter waiter, long now) {
        line.leave(waiter); // With the lock still held: otherwise those behind it would count it twice.
        lastNanos = now;
        long token = tokens == null ? 0 : tokens.take(now);
        return new PacedPermit(interval.interval(), waiter.hasWaited(), token);
    }

    private void end(TokenWindow taken, long token) {
        lock.lock();
        try {
            taken.end(token, timing.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private void leave(WaitingLine.Waiter waiter) {
        if (waiter.isInLine()) {
            lock.lock();
            try {
                line.leave(waiter);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Returns how long a request would have to wait that came now. */
    private long recordRefusal(BackendResponse response, long at) {
        var asked = response.retryAfter().orElse(Duration.ZERO);
        var pause = asked.compareTo(pace.maxPause()) < 0 ? asked : pace.maxPause();
        lock.lock();
        try {
            long now = timing.nanoTime();
            interval.recordRefusal(at, now);
            heldUntilNanos = now + Math.max(heldUntilNanos - now, pause.toNanos());
            return waitNanos(now, line.length());
        } finally {
            lock.unlock();
        }
    }

    private void recordSuccess(long at) {
        lock.lock();
        try {
            interval.recordSuccess(at, timing.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private static BackendError withRetryAfter(BackendError error, long waitNanos) {
        return error.withHeader(RetryAfter.HEADER, RetryAfter.format(Duration.ofNanos(waitNanos)));
    }

    private final class PacedPermit implements Permit {
        private final long at;
        private final boolean hasWaited;

        private final long token;

        private PacedPermit(long at, boolean hasWaited, long token) {
            this.at = at;
            this.hasWaited = hasWaited;
            this.token = token;
        }

        /** The request has arrived at the backend by now. */
        @Override
        public void close() {
            if (tokens != null) {
                end(tokens, token);
            }
        }

        @Override
        public BackendResponse responded(BackendResponse response) {
            boolean isRefusal = RetryAfter.appliesTo(response.status());
            if (isRefusal) {
                long wait = recordRefusal(response, at);
                return response.onError(
                        error -> error.headers().containsKey(RetryAfter.HEADER) ? error : withRetryAfter(error, wait));
            }
            if (hasWaited && response.status() < 500) {
                recordSuccess(at);
            }
            return response;
        }
    }
}
