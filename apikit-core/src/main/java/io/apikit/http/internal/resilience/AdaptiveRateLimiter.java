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
 * Hands out turns in the order they were asked for, an interval apart; threadsafe. Who waits looks again when its turn
 * should come, and every second at least, since the interval changes meanwhile. The lock is held for the looking only.
 */
public final class AdaptiveRateLimiter implements Gate {
    private static final long LOOK_AGAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Pace pace;
    private final Timing timing;
    private final TransportFailures faults;
    private final AdaptiveInterval tempo;
    private final WaitingLine line;
    private final ReentrantLock lock = new ReentrantLock();
    private long lastNanos;
    private long heldUntilNanos;

    public AdaptiveRateLimiter(Pace pace, Timing timing, TransportFailures faults) {
        this.pace = pace;
        this.timing = timing;
        this.faults = faults;
        this.tempo = pace.tempo();
        this.line = new WaitingLine(pace.maxWaiting());
        this.heldUntilNanos = timing.nanoTime();
        this.lastNanos = heldUntilNanos - tempo.interval();
    }

    @Override
    public Turn next(Deadline deadline) {
        var place = new WaitingLine.Place();
        try {
            var turn = look(place, deadline);
            while (turn == null) {
                timing.sleep(Duration.ofNanos(Math.min(place.waitNanos(), LOOK_AGAIN_NANOS)));
                turn = look(place, deadline);
            }
            return turn;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw faults.interrupted(e).toError();
        } finally {
            leave(place);
        }
    }

    /** The turn if it has come, else null, and the place knows how long that may take. */
    private @Nullable Turn look(WaitingLine.Place place, Deadline deadline) {
        lock.lock();
        try {
            long now = timing.nanoTime();
            long wait = waitNanos(now, line.ahead(place));
            if (wait >= deadline.leftNanos()) {
                throw later(faults.noTurnInTime(), wait);
            }
            if (wait == 0) {
                return grant(place, now);
            }
            if (!line.join(place, wait)) {
                throw later(faults.tooManyWaiting(), wait);
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private long waitNanos(long now, int ahead) {
        long interval = tempo.interval();
        long untilNext = Math.max(lastNanos + interval - now, heldUntilNanos - now);
        return Math.max(0, untilNext) + ahead * interval;
    }

    private Turn grant(WaitingLine.Place place, long now) {
        lastNanos = now;
        return new Paced(tempo.interval(), place.hasWaited());
    }

    private void leave(WaitingLine.Place place) {
        if (place.hasWaited()) {
            lock.lock();
            try {
                line.leave(place);
            } finally {
                lock.unlock();
            }
        }
    }

    /** How long one who came now would have to wait. */
    private long refused(BackendResponse response, long interval) {
        var asked = response.retryAfter().orElse(Duration.ZERO);
        var pause = asked.compareTo(pace.maxPause()) < 0 ? asked : pace.maxPause();
        lock.lock();
        try {
            long now = timing.nanoTime();
            tempo.refused(interval, now);
            heldUntilNanos = now + Math.max(heldUntilNanos - now, pause.toNanos());
            return waitNanos(now, line.length());
        } finally {
            lock.unlock();
        }
    }

    private void served(long interval) {
        lock.lock();
        try {
            tempo.served(interval, timing.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    private static BackendError later(BackendError error, long waitNanos) {
        return error.withHeader("Retry-After", RetryAfter.format(Duration.ofNanos(waitNanos)));
    }

    /** A turn, and what it was waited for with. */
    private final class Paced implements Turn {
        private final long interval;
        private final boolean hadToWait;

        private Paced(long interval, boolean hadToWait) {
            this.interval = interval;
            this.hadToWait = hadToWait;
        }

        @Override
        public BackendResponse answered(BackendResponse response) {
            boolean isRefusal = RetryAfter.appliesTo(response.status());
            if (isRefusal) {
                long wait = refused(response, interval);
                return response.onError(
                        error -> error.headers().containsKey("Retry-After") ? error : later(error, wait));
            }
            if (hadToWait && response.status() < 500) {
                served(interval);
            }
            return response;
        }
    }
}
