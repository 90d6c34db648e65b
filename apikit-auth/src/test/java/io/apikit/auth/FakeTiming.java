package io.apikit.auth;

import io.apikit.http.Timing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that moves only when told to; a sleep moves it. */
public final class FakeTiming implements Timing {
    private final List<Duration> slept = new CopyOnWriteArrayList<>();
    private final AtomicLong now = new AtomicLong(1_000_000_000L);

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public void sleep(Duration duration) {
        slept.add(duration);
        pass(duration);
    }

    /** Every sleep so far. */
    public List<Duration> slept() {
        return slept;
    }

    public void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }
}
