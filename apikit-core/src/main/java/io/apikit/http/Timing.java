package io.apikit.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The source of time, and what sleeps. A test replaces it, so that it need not wait. Implementations are thread-safe.
 */
public interface Timing {
    /** Returns monotonic nanoseconds, as {@link System#nanoTime()} does: only differences have a meaning. */
    long nanoTime();

    /**
     * Sleeps on the calling thread.
     *
     * @throws InterruptedException if the thread is interrupted, before or during the sleep
     */
    void sleep(Duration duration) throws InterruptedException;

    /** Returns the machine's own time. */
    static Timing system() {
        return new Timing() {
            @Override
            public long nanoTime() {
                return System.nanoTime();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                TimeUnit.NANOSECONDS.sleep(duration.toNanos());
            }
        };
    }
}
