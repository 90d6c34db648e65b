package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.FaultyLoginStore.Fault;
import io.apikit.custom.TokenMode;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three replicas with one store, before a backend that locks an account after five wrong passwords in 15 min. */
@Timeout(60)
class SharedLimitsTest extends FrontDoorTest {
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int LOCKING = 5;

    private final List<Integer> ports = new ArrayList<>();
    private final Deque<Long> wrong = new ArrayDeque<>();
    private final AtomicInteger logins = new AtomicInteger();
    private boolean isLocked;

    private final String url = backend(config -> {
        config.routes.post("/login", this::logIn);
        config.routes.get("/whoami", ctx -> ctx.result(String.valueOf(ctx.header("X-Token"))));
    });

    /** The password of each user is the name, spelled backwards. */
    private synchronized void logIn(Context ctx) {
        var user = String.valueOf(ctx.formParam("user"));
        logins.incrementAndGet();
        var right = new StringBuilder(user).reverse().toString();
        if (!isLocked && right.equals(ctx.formParam("password"))) {
            ctx.result(user);
            return;
        }
        wrong.add(timing.nanoTime());
        wrong.removeIf(at -> timing.nanoTime() - at >= WINDOW.toNanos());
        isLocked |= wrong.size() >= LOCKING;
        ctx.status(403);
    }

    private void startThree(LoginStore store) {
        startThree(settings -> settings.loginStore(store));
    }

    private void startThree(Consumer<Backend.Builder> sharing) {
        for (var i = 0; i < 3; i++) {
            var settings = Backend.at(url).auth(new TokenMode()).replicas(3).timing(timing);
            sharing.accept(settings);
            ports.add(serveWhoamiBehindProxy(opened(settings)));
        }
    }

    private HttpResponse<String> ask(int replica, String user, String password, int source)
            throws IOException, InterruptedException {
        var from = "203.0.113." + source;
        return ask(ports.get(replica), "/whoami", "Authorization", basic(user, password), "X-Forwarded-For", from);
    }

    private void guess(int from, int to) throws IOException, InterruptedException {
        for (var i = from; i < to; i++) {
            assertThat(ask(i % 3, "alice", "guess" + i, i).statusCode()).isIn(401, 429);
        }
    }

    private void assertServed(int replica, String user) throws IOException, InterruptedException {
        var right = new StringBuilder(user).reverse().toString();
        assertThat(ask(replica, user, right, 200).body()).isEqualTo(user);
    }

    @Test
    void sixtyGuessesAtOneNameAreThreeTries() throws Exception {
        startThree(LoginStore.inMemory());

        guess(0, 60);

        assertThat(wrong).hasSize(3);
        var heldUp = ask(1, "alice", "guess60", 99);
        assertThat(heldUp.statusCode()).isEqualTo(429);
        assertThat(heldUp.headers().firstValue("Retry-After")).contains("1200");
        assertServed(0, "bob");
        assertServed(2, "bob");
    }

    @Test
    void guessesAtOnceOverAllReplicasAreThreeTries() throws Exception {
        startThree(LoginStore.inMemory());
        var number = new AtomicInteger();

        var statuses = Concurrently.ended(threads.start(30, () -> {
            var i = number.incrementAndGet();
            return ask(i % 3, "alice", "guess" + i, i).statusCode();
        }));

        assertThat(wrong).hasSize(3);
        assertThat(statuses).containsOnly(401, 429);
        assertThat(Collections.frequency(statuses, 401)).isEqualTo(3);
    }

    @Test
    void whoIsLoggedInAtOneReplicaIsServedByAllWhileTheNameIsGuessedAt() throws Exception {
        startThree(LoginStore.inMemory());
        assertServed(0, "alice");
        for (var i = 0; i < 20; i++) {
            ask(0, "alice", "guess" + i, i);
        }

        for (var replica = 0; replica < 3; replica++) {
            assertServed(replica, "alice");
        }

        assertThat(wrong).hasSize(3);
        assertThat(logins).hasValue(1 + 3);
    }

    @Test
    void rightPasswordsOfOneSourceAtOnceAreAllServed() throws Exception {
        var store = LoginStore.inMemory();
        startThree(settings -> settings.loginStore(store)
                .refusalsPerSource(4, Duration.ofHours(1))
                .timing(io.apikit.http.Timing.system()));
        var number = new AtomicInteger();

        var served = Concurrently.ended(threads.start(45, () -> {
            var i = number.incrementAndGet();
            return ask(i % 3, "user" + i, new StringBuilder("user" + i).reverse().toString(), 7)
                    .statusCode();
        }));

        assertThat(served).containsOnly(200);
        assertThat(logins).hasValue(45);
    }

    @Test
    void threeLoginsAMinuteAreThoseOfAllReplicas() throws Exception {
        var store = new InMemoryLoginStore(timing::nanoTime);
        startThree(settings ->
                settings.loginStore(store).replicas(1).logins(3, Duration.ofSeconds(20)));
        var statuses = new ArrayList<Integer>();
        for (var i = 0; i < 9; i++) {
            statuses.add(ask(i % 3, "user" + i, i + "resu", i).statusCode());
        }

        assertThat(statuses).containsExactly(200, 200, 200, 503, 503, 503, 503, 503, 503);
        assertThat(logins).hasValue(3);
        timing.pass(Duration.ofSeconds(21));
        assertServed(2, "user9");
        assertThat(ask(0, "user10", "01resu", 10).headers().firstValue("Retry-After"))
                .hasValueSatisfying(seconds -> assertThat(Integer.parseInt(seconds)).isBetween(18, 20));
    }

    @Test
    void anOutageGivesNoNewTries(@TempDir Path folder) throws Exception {
        var key = Files.write(folder.resolve("key"), new byte[] {
            1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
            31, 32
        });
        var server = new FaultyLoginStore.Server(timing::nanoTime);
        var ways = new ArrayList<FaultyLoginStore>();
        startThree(settings -> {
            ways.add(server.link());
            settings.loginStore(ways.get(ways.size() - 1)).storeKey(key);
        });
        for (var i = 0; i < 3; i++) {
            ask(0, "alice", "guess" + i, i);
        }

        ways.forEach(way -> way.fault(Fault.THROWS));
        guess(10, 40);

        assertThat(wrong).hasSize(3);
        assertServed(1, "bob");
        assertServed(2, "bob");
    }
}
