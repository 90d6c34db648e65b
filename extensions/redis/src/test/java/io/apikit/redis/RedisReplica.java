package io.apikit.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apikit.auth.LoginStore.Listener;
import io.apikit.auth.LoginStore.Space;
import io.apikit.auth.LoginStore.Stored;
import io.apikit.testkit.redis.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** One replica in a test: its store, one part of it, and what that has heard. */
public final class RedisReplica implements Listener, AutoCloseable {
    static final Duration LIFE = Duration.ofMinutes(1);
    private static final long LIMIT_SECONDS = 20;

    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private volatile boolean fails;
    private final RedisLoginStore store;
    private final Space space;

    RedisReplica(RedisLoginStore.Builder builder) {
        store = builder.build();
        space = store.open("apikit1-test", this);
    }

    /** A command in it takes as long as a busy machine needs. */
    static RedisReplica at(String url) {
        return new RedisReplica(patient(url));
    }

    public static RedisLoginStore.Builder patient(String url) {
        return RedisLoginStore.builder(url).commandLimit(Duration.ofSeconds(10));
    }

    /** Skips the test, and says so, where there is no server. */
    static void assumeAServer() {
        assumeProgram(RedisServer.isInstalled(), RedisServer.MISSING);
    }

    static void assumeProgram(boolean isThere, String line) {
        if (!isThere) {
            System.err.println(line);
        }
        assumeTrue(isThere, line);
    }

    RedisLoginStore store() {
        return store;
    }

    Space space() {
        return space;
    }

    /** Waits until a command succeeds. */
    RedisReplica connected() {
        until(() -> space.alive(LIFE).replicas() > 0);
        return this;
    }

    boolean write(String key, long number, String value) {
        var bytes = value.getBytes(StandardCharsets.UTF_8);
        return space.write(key, new Stored(1, number, 0, bytes, Duration.ZERO), LIFE);
    }

    Optional<String> read(String key) {
        return space.read(key).map(record -> new String(record.value(), StandardCharsets.UTF_8));
    }

    /** Waits until it has heard this; what it hears before is forgotten. */
    void awaitHeard(String event) {
        try {
            for (var next = next(); !event.equals(next); next = next()) {
                if (next == null) {
                    throw new AssertionError("not heard in time: " + event);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns whether it has heard this until now. */
    boolean hasHeard(String event) {
        return heard.contains(event);
    }

    private String next() throws InterruptedException {
        return heard.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    /** Waits for it; a command that fails is tried again. */
    static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (true) {
            try {
                if (condition.getAsBoolean()) {
                    return;
                }
            } catch (RedisUnavailableException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
            }
            if (System.nanoTime() > end) {
                throw new AssertionError("not true in time");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Override
    public void changed(String key) {
        heard.add("changed " + key);
    }

    /** Has it throw when the next message comes. */
    void failNext() {
        fails = true;
    }

    @Override
    public void received(byte[] message) {
        if (fails) {
            fails = false;
            throw new IllegalStateException("on purpose");
        }
        heard.add("received " + new String(message, StandardCharsets.UTF_8));
    }

    @Override
    public void missed() {
        heard.add("missed");
    }

    @Override
    public void close() {
        store.close();
    }
}
