package io.apikit.testkit.systems;

import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A limit on the requests in a window, which begins with its first request, as Flask-Limiter counts. Its headers are in
 * every response, including {@code Retry-After}. All callers share one limit, because all of them have the loopback
 * address. Thread-safe.
 */
final class FixedWindowRateLimit {
    private final Lock lock = new ReentrantLock();
    private final int most;
    private final Duration window;
    private final String name;
    private final InstantSource clock;
    private Instant ends = Instant.MIN;
    private int used;

    FixedWindowRateLimit(int most, Duration window, String name, InstantSource clock) {
        if (most < 1) {
            throw new IllegalArgumentException("requests per 1 " + name + ": " + most + " is less than 1");
        }
        this.most = most;
        this.window = window;
        this.name = name;
        this.clock = clock;
    }

    /** Counts the request, and adds the headers. Returns false after it has written a 429. */
    boolean admits(Context ctx) {
        boolean admitted = count(ctx);
        if (!admitted) {
            ctx.status(429).json(Map.of("message", most + " per 1 " + name));
        }
        return admitted;
    }

    private boolean count(Context ctx) {
        lock.lock();
        try {
            Instant now = clock.instant();
            if (!now.isBefore(ends)) {
                ends = now.plus(window);
                used = 0;
            }
            boolean admitted = used < most;
            used += admitted ? 1 : 0;
            headers(ctx, now);
            return admitted;
        } finally {
            lock.unlock();
        }
    }

    /** The seconds are rounded up, so that a caller who waits for them is admitted. */
    private void headers(Context ctx, Instant now) {
        long seconds = Math.max(1, Duration.between(now, ends).plusMillis(999).toSeconds());
        ctx.header("X-RateLimit-Limit", String.valueOf(most));
        ctx.header("X-RateLimit-Remaining", String.valueOf(most - used));
        ctx.header("X-RateLimit-Reset", String.valueOf(now.getEpochSecond() + seconds));
        ctx.header("Retry-After", String.valueOf(seconds));
    }
}
