package io.apikit.redis.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.redis.replicas.CountingBackend.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three processes with a real Redis before one backend. Each test has users of its own. */
@Tag("interop")
@Timeout(180)
class ReplicasTest {
    private static final int CALLS = 1_000;
    private static final int INTERLEAVINGS = 10_000;
    /** At the backend, for one request to a replica. */
    private static final int IN_ONE_REQUEST = 5;

    private static final int EXPIRIES = 10;
    private static final int AT_ONCE = 48;
    private static final int SESSIONS = 50_000;

    private static Replicas replicas;

    @BeforeAll
    static void start() throws IOException {
        replicas = Replicas.start(500, ReplicasTest.class);
    }

    @AfterAll
    static void end() throws IOException {
        if (replicas != null) {
            replicas.close();
        }
    }

    private static User user(String name) {
        return replicas.backend().user(name);
    }

    @Test
    void thousandColdCallsMakeOneLogin() throws Exception {
        var alice = user("alice").withPassword();
        alice.holdLogins();
        var calls = replicas.send(CALLS, alice);
        var login = alice.awaitHeldLogin();
        replicas.awaitActive(CALLS);
        alice.passLogins();
        login.release();

        calls.assertAll(alice);
        assertThat(alice.logins()).isEqualTo(1);
        assertThat(alice.rejections()).isZero();
    }

    @Test
    void thousandCallsAfterAnExpiryMakeOneLogin() throws Exception {
        var erin = user("erin");
        replicas.logIn(erin);
        erin.expire();
        replicas.send(CALLS, erin).assertAll(erin);
        assertThat(erin.logins()).isEqualTo(2);
    }

    /** Two replicas get the rejection of the old login only after the third has replaced it. */
    @Test
    void lateRejectionsLogNobodyIn() throws Exception {
        var fay = user("fay");
        replicas.logIn(fay);
        fay.holdRejections();
        fay.expire();
        var calls = replicas.send(Replicas.COUNT, fay);
        var first = fay.awaitHeldRejection();
        var second = fay.awaitHeldRejection();
        var third = fay.awaitHeldRejection();
        first.countDown();
        Replicas.await(
                "one of them has been served", () -> calls.calls().stream().anyMatch(CompletableFuture::isDone));
        second.countDown();
        third.countDown();

        calls.assertAll(fay);
        assertThat(fay.rejections()).isEqualTo(Replicas.COUNT);
        assertThat(fay.logins()).isEqualTo(2);
    }

    /** The login says how long it lives. It is replaced before its end, so nothing is rejected. */
    @Test
    void loginThatEndsIsRenewedOnceAheadOfItsEnd() throws Exception {
        var gil = user("gil").life(1);
        var begun = System.nanoTime();
        while (gil.logins() < 3) {
            replicas.logIn(gil);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
        assertThat(gil.rejections()).isZero();
        // The margin is a tenth of the life, with jitter.
        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(2 * 880));
    }

    @Test
    void twoUsersAreNeverCrossed() throws Exception {
        var users = List.of(user("anna"), user("benno"));
        users.forEach(user -> replicas.send(Replicas.COUNT, user));
        var places = new Semaphore(AT_ONCE);
        var calls = new ArrayList<CompletableFuture<String>>();
        var requests = INTERLEAVINGS / IN_ONE_REQUEST;
        for (int i = 0; i < requests; i++) {
            var random = ThreadLocalRandom.current();
            var user = users.get(random.nextInt(2));
            if (i % (requests / EXPIRIES) == 0 && i > 0) {
                // In turn: by chance, one of them might never expire.
                var next = users.get(i * EXPIRIES / requests % 2);
                Replicas.await("each replica has its login", () -> next.isKnownTo(Replicas.COUNT));
                next.expire();
            }
            places.acquire();
            calls.add(replicas.get(random.nextInt(Replicas.COUNT))
                    .ask(user, IN_ONE_REQUEST)
                    .whenComplete((response, failure) -> places.release())
                    .thenApply(response -> response.statusCode() + " " + response.body() + " for " + user.name));
        }
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
        assertThat(calls.stream().map(CompletableFuture::join).distinct())
                .containsExactlyInAnyOrder("200 anna for anna", "200 benno for benno");
        assertThat(users).allSatisfy(user -> assertThat(user.logins()).isBetween(2, 1 + EXPIRIES / 2));
    }

    @Test
    void badPasswordReachesTheBackendOnce() throws Exception {
        var carl = user("carl").withPassword();
        var calls = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 30; i++) {
            calls.add(replicas.get(i).ask(carl.name, "old-password").thenApply(response -> response.statusCode()));
        }
        for (var call : calls) {
            assertThat(call.get(30, TimeUnit.SECONDS)).isEqualTo(401);
        }
        for (int i = 0; i < Replicas.COUNT; i++) {
            assertThat(replicas.get(i).ask(carl.name, "old-password").get().statusCode())
                    .isEqualTo(401);
        }
        assertThat(carl.wrongPasswords()).isEqualTo(1);
        replicas.logIn(carl);
        assertThat(carl.logins()).isEqualTo(1);
    }

    @Test
    void sixtyGuessesLockNobodyOut() throws Exception {
        var dora = user("dora");
        var statuses = new ArrayList<CompletableFuture<Integer>>();
        for (int i = 0; i < 60; i++) {
            statuses.add(replicas.get(i)
                    .ask(dora.name, "guess-" + i, "198.51.100.7")
                    .thenApply(response -> response.statusCode()));
        }
        for (var status : statuses) {
            assertThat(status.get(30, TimeUnit.SECONDS)).isIn(401, 429);
        }
        // One address has all tries of the user but the last.
        assertThat(dora.wrongPasswords()).isEqualTo(2);
        assertThat(dora.isLocked()).isFalse();
        assertThat(replicas.get(0)
                        .ask(dora.name, dora.password(), "203.0.113.9")
                        .get()
                        .body())
                .isEqualTo("dora");
    }

    /** Only the replicas' signs of life remain: one command each in 2 s. */
    @Test
    void requestsOfALiveSessionSendNoCommand() throws Exception {
        var hugo = user("hugo");
        replicas.logIn(hugo);
        var before = commands();
        var begun = System.nanoTime();
        replicas.send(CALLS / 4, hugo).assertAll(hugo);
        var beats = Duration.ofNanos(System.nanoTime() - begun).toSeconds() / 2 + 1;
        var sent = commands() - before;
        System.out.printf("%,d requests of a live session: %d commands of Redis%n", CALLS / 4, sent);
        assertThat(sent).isLessThanOrEqualTo(Replicas.COUNT * beats * 2);
    }

    /** Returns how many commands the server has run for clients, apart from this test's own. */
    private static long commands() {
        return Pattern.compile("cmdstat_([^:]+):calls=(\\d+)")
                .matcher(replicas.redis().command("INFO", "commandstats"))
                .results()
                .filter(command -> !command.group(1).matches("info|ping|client.*|script.*"))
                // A script counts, and not what it calls.
                .filter(command ->
                        command.group(1).startsWith("eval") || command.group(1).startsWith("publish"))
                .mapToLong(command -> Long.parseLong(command.group(2)))
                .sum();
    }

    /** The record and the lease of one session are copied, with other keys of the same length. */
    @Test
    void fiftyThousandSessionsAndWhatOneTakes() throws Exception {
        var ida = user("ida");
        var before = keys();
        replicas.logIn(ida);
        var own = keys().stream()
                .filter(key -> !before.contains(key) && key.contains("{"))
                .toList();
        assertThat(own).as("the record and the lease").hasSize(2);
        var used = usedMemory();
        own.forEach(key -> forEachCopy(key, "redis.call('COPY', KEYS[1], copy)"));
        var each = (usedMemory() - used) / SESSIONS;
        System.out.printf("%,d sessions in Redis: %,d bytes each%n", SESSIONS, each);
        assertThat(Integer.parseInt(replicas.redis().command("DBSIZE"))).isGreaterThan(2 * SESSIONS);
        assertThat(each).isBetween(200L, 2_048L);
        replicas.logIn(ida);
        assertThat(ida.logins()).isEqualTo(1);
        // Other tests read all that there is.
        own.forEach(key -> forEachCopy(key, "redis.call('UNLINK', copy)"));
    }

    private static void forEachCopy(String key, String command) {
        var script = "for i = 1, tonumber(ARGV[1]) do local copy = KEYS[1]:gsub('{......', string.format('{%06d', i)) "
                + command + " end";
        replicas.redis().command("EVAL", script, "1", key, String.valueOf(SESSIONS));
    }

    private static List<String> keys() {
        return replicas.redis().command("KEYS", "*").lines().toList();
    }

    private static long usedMemory() {
        return Pattern.compile("used_memory:(\\d+)")
                .matcher(replicas.redis().command("INFO", "memory"))
                .results()
                .mapToLong(used -> Long.parseLong(used.group(1)))
                .sum();
    }

    @Test
    void dumpOfRedisShowsNoNameAndNoSecret() throws Exception {
        var judith = user("judith").withPassword();
        replicas.logIn(judith);
        assertThat(replicas.get(0).ask(judith.name, "wr0ng-passw0rd").get().statusCode())
                .isEqualTo(401);
        replicas.redis().command("CONFIG", "SET", "rdbcompression", "no");
        replicas.redis().command("SAVE");
        var folder = replicas.redis()
                .command("CONFIG", "GET", "dir")
                .lines()
                .toList()
                .get(1);
        var dump = new String(Files.readAllBytes(Path.of(folder, "dump.rdb")), StandardCharsets.ISO_8859_1);

        assertThat(dump).hasSizeGreaterThan(100).contains("apikit1");
        assertThat(dump).doesNotContain("judith", judith.password(), "wr0ng-passw0rd", "t0ken", "X-Token", "pele");
        assertThat(replicas.output()).doesNotContain(judith.password(), "wr0ng-passw0rd", "t0ken");
    }
}
