package io.apikit.test;

import io.apikit.http.Timing;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Real time that a test can move forward. A backend that is built with {@code .timing(backend.time())} does not sleep: a
 * pause between retries moves the time forward instead. Cool-downs and the end of a login are reached by {@link #advance}.
 *
 * <p>The sessions of the {@link ScriptedBackend} end by this time too. Thread-safe.
 */
public final class TestTime implements Timing, InstantSource {
    private final AtomicLong ahead = new AtomicLong();

    TestTime() {}

    /** Moves the time forward. */
    public void advance(Duration duration) {
        ahead.addAndGet(duration.toNanos());
    }

    /** Returns the monotonic nanoseconds of the machine, and what was added to them. */
    @Override
    public long nanoTime() {
        return System.nanoTime() + ahead.get();
    }

    /** Returns the instant of the machine's clock, and what was added to it. */
    @Override
    public Instant instant() {
        return Instant.now().plusNanos(ahead.get());
    }

    /** Moves the time forward, and does not sleep. */
    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        advance(duration);
    }
}
