package io.apikit.testkit.systems;

import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A limit on the requests of an address in a moving window, as Flask-Limiter counts. Refused requests do not count. Its
 * headers are in every response, including {@code Retry-After}. All callers of one client share its limit. Thread-safe.
 */
final class MovingWindowRateLimit {
    private static final int MOST_ADDRESSES = 1_000;

    private final Lock lock = new ReentrantLock();
    private final Map<String, Deque<Instant>> admitted = new LinkedHashMap<>();
    private final int most;
    private final Duration window;
    private final String name;
    private final InstantSource clock;

    MovingWindowRateLimit(int most, Duration window, String name, InstantSource clock) {
        if (most < 1) {
            throw new IllegalArgumentException("requests per 1 " + name + ": " + most + " is less than 1");
        }
        this.most = most;
        this.window = window;
        this.name = name;
        this.clock = clock;
    }

    static MovingWindowRateLimit perMinute(int most, InstantSource clock) {
        return new MovingWindowRateLimit(most, Duration.ofMinutes(1), "minute", clock);
    }

    /** Counts the request, and adds the headers. Returns false after it has written a 429. */
    boolean admits(Context ctx) {
        boolean counted = count(ctx);
        if (!counted) {
            ctx.status(429).json(Map.of("message", most + " per 1 " + name));
        }
        return counted;
    }

    private boolean count(Context ctx) {
        lock.lock();
        try {
            Instant now = clock.instant();
            Deque<Instant> inWindow = current(ctx.ip(), now);
            boolean counted = inWindow.size() < most;
            if (counted) {
                inWindow.addLast(now);
            }
            headers(ctx, now, inWindow);
            return counted;
        } finally {
            lock.unlock();
        }
    }

    private Deque<Instant> current(String address, Instant now) {
        if (admitted.size() >= MOST_ADDRESSES && !admitted.containsKey(address)) {
            admitted.remove(admitted.keySet().iterator().next());
        }
        Deque<Instant> inWindow = admitted.computeIfAbsent(address, unknown -> new ArrayDeque<>());
        while (!inWindow.isEmpty() && !inWindow.getFirst().plus(window).isAfter(now)) {
            inWindow.removeFirst();
        }
        return inWindow;
    }

    /** The seconds are rounded up, so that a caller who waits for them is admitted. */
    private void headers(Context ctx, Instant now, Deque<Instant> inWindow) {
        Duration left = Duration.between(now, inWindow.getFirst().plus(window));
        long seconds = Math.max(1, left.plusMillis(999).toSeconds());
        ctx.header("X-RateLimit-Limit", String.valueOf(most));
        ctx.header("X-RateLimit-Remaining", String.valueOf(most - inWindow.size()));
        ctx.header("X-RateLimit-Reset", String.valueOf(now.getEpochSecond() + seconds));
        ctx.header("Retry-After", String.valueOf(seconds));
    }
}
