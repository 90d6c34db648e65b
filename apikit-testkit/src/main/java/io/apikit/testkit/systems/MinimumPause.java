package io.apikit.testkit.systems;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Random;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Admits a request if enough time has passed since the last one, whether that was admitted or not. Before the first
 * one, the time since the start counts. The time is drawn for each request. Thread-safe.
 */
final class MinimumPause {
    private final Lock lock = new ReentrantLock();
    private final InstantSource clock;
    private final Random random;
    private volatile Gap gap;
    private Instant last;

    /** The least and the most time that is drawn. */
    record Gap(Duration least, Duration most) {
        Gap {
            if (least.isNegative() || most.compareTo(least) < 0) {
                throw new IllegalArgumentException("gap: from " + least + " to " + most);
            }
        }

        Duration draw(Random random) {
            return least.plusNanos(
                    (long) (random.nextDouble() * most.minus(least).toNanos()));
        }
    }

    MinimumPause(InstantSource clock, Random random, Gap gap) {
        this.clock = clock;
        this.random = random;
        this.gap = gap;
        last = clock.instant();
    }

    void gap(Gap needed) {
        gap = needed;
    }

    boolean admits() {
        lock.lock();
        try {
            Instant now = clock.instant();
            boolean admitted = !now.isBefore(last.plus(gap.draw(random)));
            last = now;
            return admitted;
        } finally {
            lock.unlock();
        }
    }
}
