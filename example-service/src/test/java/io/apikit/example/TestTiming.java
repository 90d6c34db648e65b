package io.apikit.example;

import io.apikit.http.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Time that moves only when told to, for a service and for the fakes behind it; a sleep moves it. */
final class TestTiming implements Timing {
    private static final Instant START = Instant.parse("2030-01-01T00:00:00Z");

    private final List<Duration> slept = new CopyOnWriteArrayList<>();
    private final AtomicLong now = new AtomicLong();

    @Override
    public long nanoTime() {
        return now.get();
    }

    @Override
    public void sleep(Duration duration) {
        slept.add(duration);
        pass(duration);
    }

    void pass(Duration duration) {
        now.addAndGet(duration.toNanos());
    }

    /** What a fake takes for its clock. */
    Instant instant() {
        return START.plusNanos(now.get());
    }

    List<Duration> slept() {
        return slept;
    }
}
