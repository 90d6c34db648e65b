package io.apikit.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Time that passes only when told to, for any number of threads; close to where it wraps around, as it may be. */
final class VirtualClock implements Timing {
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000_000_000L);

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public void sleep(Duration duration) {
        pass(duration);
    }

    void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }
}
