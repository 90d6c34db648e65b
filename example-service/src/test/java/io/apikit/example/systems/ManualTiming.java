package io.apikit.example.systems;

import io.apikit.http.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** A clock for a service and the fakes behind it. It moves only in {@link #pass}, and when the service sleeps. */
final class ManualTiming implements Timing {
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

    /** Returns the time, as the clock of a fake. */
    Instant instant() {
        return START.plusNanos(now.get());
    }

    List<Duration> slept() {
        return slept;
    }
}
