package io.apikit.redis.replicas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.apikit.redis.replicas.CountingBackend.User;
import io.apikit.testkit.redis.RedisServer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;

/** Three replicas of a service in processes of their own, a real Redis, and one backend. */
final class Replicas implements AutoCloseable {
    static final int COUNT = 3;
    private static final long LIMIT_SECONDS = 30;
    private static final int SECRET_BYTES = 32;

    private final RedisServer redis = RedisServer.start();
    private final CountingBackend backend = new CountingBackend();
    private final Map<Integer, ReplicaProcess> processes = new ConcurrentHashMap<>();
    private final Path key;
    private final Path output;
    private final int logins;

    private Replicas(int logins, String test) throws IOException {
        this.logins = logins;
        this.key = Files.createTempFile("apikit-store", ".key");
        var secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        Files.write(key, secret);
        this.output = Path.of("target", "surefire-reports", test + "-replicas-output.txt")
                .toAbsolutePath();
        Files.createDirectories(output.getParent());
        Files.deleteIfExists(output);
    }

    /**
     * Starts all of them, or skips the test where there is no server.
     *
     * @param logins how many logins the replicas may make at once
     */
    static Replicas start(int logins, Class<?> test) throws IOException {
        if (!RedisServer.isInstalled()) {
            System.out.println(test.getSimpleName() + " " + RedisServer.MISSING);
        }
        assumeTrue(RedisServer.isInstalled(), RedisServer.MISSING);
        var replicas = new Replicas(logins, test.getName());
        for (int i = 0; i < COUNT; i++) {
            replicas.launch(i);
        }
        replicas.all().forEach(ReplicaProcess::url);
        return replicas;
    }

    RedisServer redis() {
        return redis;
    }

    CountingBackend backend() {
        return backend;
    }

    /** Returns what the processes have printed. */
    String output() throws IOException {
        return Files.exists(output) ? Files.readString(output) : "";
    }

    /** Starts a process in place of one that has ended, and does not wait for it. */
    ReplicaProcess launch(int index) throws IOException {
        var process = ReplicaProcess.start("r" + index, backend.url(), redis.url(), key, logins, output);
        processes.put(index, process);
        return process;
    }

    ReplicaProcess get(int index) {
        var process = processes.get(index % COUNT);
        if (process == null) {
            throw new IllegalStateException("replica " + index + " was not started");
        }
        return process;
    }

    /** Returns the replica of this name. */
    ReplicaProcess named(String name) {
        return all().stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    List<ReplicaProcess> all() {
        return IntStream.range(0, COUNT).mapToObj(this::get).toList();
    }

    /** Sends requests of one user to the replicas in turn, and does not wait for the responses. */
    Calls send(int count, User user) {
        return new Calls(
                IntStream.range(0, count).mapToObj(i -> get(i).ask(user)).toList());
    }

    /** Has each replica serve a user once. */
    void logIn(User user) throws Exception {
        send(COUNT, user).assertAll(user);
    }

    /** Waits until so many requests are in flight at the replicas. */
    void awaitActive(int requests) throws Exception {
        var active = 0;
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (active < requests) {
            assertThat(System.nanoTime())
                    .as("time to see %s of %s in flight", active, requests)
                    .isLessThan(end);
            // The question costs the replicas more than what is asked for.
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
            active = 0;
            for (var process : all()) {
                active += process.active();
            }
        }
    }

    /** Waits until something holds. */
    static void await(String what, BooleanSupplier condition) {
        var end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time until %s", what).isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Override
    public void close() throws IOException {
        processes.values().forEach(ReplicaProcess::close);
        backend.close();
        redis.close();
        Files.deleteIfExists(key);
    }

    /** Requests that are under way. */
    record Calls(List<CompletableFuture<HttpResponse<String>>> calls) {
        Calls and(Calls more) {
            var both = new ArrayList<>(calls);
            both.addAll(more.calls);
            return new Calls(both);
        }

        /** Waits for all of them, and returns the status and body of each. */
        List<String> responses() throws Exception {
            CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return calls.stream()
                    .map(CompletableFuture::join)
                    .map(response -> response.statusCode() + " " + response.body())
                    .toList();
        }

        /** Asserts that each is served as this user. */
        void assertAll(User user) throws Exception {
            assertThat(responses().stream().distinct()).containsExactly("200 " + user.name);
        }
    }
}
