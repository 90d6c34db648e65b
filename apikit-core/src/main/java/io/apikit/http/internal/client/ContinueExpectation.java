package io.apikit.http.internal.client;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether a backend is asked before a long body is sent to it ({@code Expect: 100-continue}, RFC 9110, section 10.1.1). A
 * server that does not know the question lets each upload wait for {@link #WAIT_MILLIS}. So a backend that did not respond
 * to it, or refused it with a 417, is not asked for a minute. Then one request asks again. The pause doubles with each
 * further question in vain, up to an hour. A question that is responded to ends the pause, so that one slow moment is no
 * lasting verdict. Thread-safe.
 */
final class ContinueExpectation {
    /** RFC 9110 names no time. curl takes the same. */
    static final long WAIT_MILLIS = 1_000;

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MINUTES.toNanos(1);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.HOURS.toNanos(1);
    private static final Pause NONE = new Pause(0, 0);

    private final LongSupplier nanoTime;
    private final AtomicReference<Pause> pause = new AtomicReference<>(NONE);

    ContinueExpectation(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Returns the question for one request; null if the backend is not asked now. */
    @Nullable
    Question ask() {
        var known = pause.get();
        if (known.equals(NONE)) {
            return new Question(known);
        }
        long now = nanoTime.getAsLong();
        if (now - known.endNanos < 0) {
            return null;
        }
        // The others go on without a question until this one is decided.
        var asked = new Pause(now + known.lengthNanos, known.lengthNanos);
        return pause.compareAndSet(known, asked) ? new Question(asked) : null;
    }

    /** A time in which the backend is not asked, and its length. */
    private record Pause(long endNanos, long lengthNanos) {}

    /** A question that one request asks. It is decided once. Used by one thread. */
    final class Question {
        private final Pause asked;
        private boolean isDecided;

        private Question(Pause asked) {
            this.asked = asked;
        }

        /** The backend has responded in time. */
        void responded() {
            if (!isDecided) {
                isDecided = true;
                pause.set(NONE);
            }
        }

        /** The backend has not responded in time, or does not want to be asked. */
        void inVain() {
            if (!isDecided) {
                isDecided = true;
                // Of many requests that ask at the same time, the first one decides.
                pause.compareAndSet(asked, next());
            }
        }

        private Pause next() {
            long length = asked.equals(NONE) ? FIRST_PAUSE_NANOS : Math.min(LONGEST_PAUSE_NANOS, 2 * asked.lengthNanos);
            return new Pause(nanoTime.getAsLong() + length, length);
        }
    }
}
