package io.apikit.auth.simulation;

import io.apikit.http.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Monotonic time that the simulation moves: asking for it is where threads interleave. */
final class VirtualTime implements Timing {
    private static final long GRAIN = Duration.ofMillis(10).toNanos();

    private record Alarm(long atNanos, Runnable rings) {}

    private final Baton baton;
    private final List<Alarm> alarms = new ArrayList<>();
    private long now = Duration.ofDays(1).toNanos();

    VirtualTime(Baton baton) {
        this.baton = baton;
    }

    @Override
    public long nanoTime() {
        baton.pass();
        return now;
    }

    /** Rounded up, so that a retry's jitter, which no seed decides, is not to be seen. */
    @Override
    public void sleep(Duration duration) throws InterruptedException {
        var grains = Math.max(1, (duration.toNanos() + GRAIN - 1) / GRAIN);
        var until = now + grains * GRAIN;
        baton.await(() -> now >= until);
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** The same time for those who ask under a lock. */
    Timing still() {
        return new Timing() {
            @Override
            public long nanoTime() {
                return now;
            }

            @Override
            public void sleep(Duration duration) {
                throw new IllegalStateException("nobody sleeps under a lock");
            }
        };
    }

    long now() {
        return now;
    }

    long in(Duration duration) {
        return now + duration.toNanos();
    }

    void ringIn(Duration duration, Runnable rings) {
        alarms.add(new Alarm(in(duration), rings));
    }

    void jump(Duration ahead) {
        now += ahead.toNanos();
        var due = alarms.stream().filter(alarm -> alarm.atNanos() <= now).toList();
        alarms.removeAll(due);
        due.forEach(alarm -> alarm.rings().run());
    }
}
