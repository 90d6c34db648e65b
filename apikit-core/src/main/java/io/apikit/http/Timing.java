package io.apikit.http;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The one seam for time: replace it in tests, so that nothing has to be slept on. */
public interface Timing {
    /** Monotonic nanoseconds, as {@link System#nanoTime()}: only differences mean something. */
    long nanoTime();

    void sleep(Duration duration) throws InterruptedException;

    /** The machine's own time. */
    static Timing system() {
        return SystemTiming.INSTANCE;
    }

    enum SystemTiming implements Timing {
        INSTANCE;

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        }
    }
}
