package io.apikit.http;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when somebody sleeps or a test says so, for any number of threads. */
public final class FakeTiming implements Timing {
    public final List<Duration> slept = new CopyOnWriteArrayList<>();
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L); // Wraps around, as it may.

    @Override
    public long nanoTime() {
        return nanos.get();
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        slept.add(duration);
        pass(duration);
    }

    public void pass(Duration duration) {
        nanos.addAndGet(duration.toNanos());
    }
}
