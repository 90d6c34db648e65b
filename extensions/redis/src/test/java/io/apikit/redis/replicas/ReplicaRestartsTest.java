package io.apikit.redis.replicas;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.redis.replicas.CountingBackend.User;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Replicas that are killed, halted, stopped and started again. Each test has users of its own, and leaves three replicas. */
@Tag("interop")
@Timeout(180)
class ReplicaRestartsTest {
    /** Then one more in 250 ms. */
    private static final int LOGINS = 4;

    private static final Duration REFILL = Duration.ofMillis(250);
    private static Replicas replicas;

    @BeforeAll
    static void start() throws IOException {
        replicas = Replicas.start(LOGINS, ReplicaRestartsTest.class);
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

    /**
     * One leader is killed in the middle of a login, and another one is halted. The replica that is left leads within the
     * lease. What the halted one brings when it goes on is not published.
     */
    @Test
    void anotherReplicaLeadsAfterTheLeaderOfALoginIsKilledOrHalted() throws Exception {
        var killed = user("kim");
        var halted = user("lea");
        killed.holdLogins();
        halted.holdLogins();
        var unused = replicas.get(0).ask(killed);
        var first = killed.awaitHeldLogin();
        var late = replicas.get(1).ask(halted);
        var second = halted.awaitHeldLogin();
        var begun = System.nanoTime();
        replicas.named(first.replica()).close();
        replicas.named(second.replica()).signal("STOP");
        killed.passLogins();
        halted.passLogins();

        var calls = List.of(killed, halted).stream()
                .map(user -> replicas.get(2).ask(user))
                .toList();
        for (var call : calls) {
            assertThat(call.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
        var took = Duration.ofNanos(System.nanoTime() - begun);
        replicas.launch(0);
        // The lease, and what a busy machine adds.
        assertThat(took).isLessThan(Duration.ofSeconds(15));
        assertThat(List.of(killed.logins(), halted.logins())).containsOnly(2);
        first.release();
        replicas.named(second.replica()).signal("CONT");
        second.release();
        assertThat(late.get(30, TimeUnit.SECONDS).body()).isEqualTo(halted.name);
        halted.forgetUsed();
        for (var user : List.of(killed, halted)) {
            replicas.logIn(user);
            assertThat(user.logins()).isEqualTo(2);
        }
        assertThat(halted.used()).as("tokens under which the replicas go on").hasSize(1);
    }

    /** Each replica is stopped under load, and a new one takes its place. */
    @Test
    void rollingRestartUnderLoadLogsNobodyInAndRejectsNothing() throws Exception {
        var mia = user("mia");
        var nils = user("nils");
        replicas.logIn(mia);
        replicas.logIn(nils);
        try (var load = new Load(List.of(mia, nils))) {
            for (int i = 0; i < Replicas.COUNT; i++) {
                var old = replicas.get(i);
                load.awaitMore();
                // A balancer learns of the end by the probe; what is in flight goes on.
                load.leaveOut(i);
                old.terminate();
                load.awaitMore();
                old.awaitEnd();
                replicas.launch(i).url();
                load.leaveOut(-1);
            }
            load.awaitMore();
            assertThat(load.end()).containsOnly("200 mia", "200 nils");
        }
        assertThat(List.of(mia.logins(), nils.logins())).containsOnly(1);
        assertThat(List.of(mia.rejections(), nils.rejections())).containsOnly(0);
        assertThat(List.of(mia.logOuts(), nils.logOuts())).containsOnly(0);
    }

    @Test
    void restartOfAllAtOnceLogsInOnlyWhoHasNoRecordAndAtTheLimit() throws Exception {
        var known = IntStream.range(0, 3).mapToObj(i -> user("olga" + i)).toList();
        for (var user : known) {
            replicas.logIn(user);
        }
        replicas.all().forEach(ReplicaProcess::terminate);
        for (int i = 0; i < Replicas.COUNT; i++) {
            replicas.get(i).awaitEnd();
            replicas.launch(i);
        }
        replicas.all().forEach(ReplicaProcess::url);
        var before = replicas.backend().loginNanos().size();
        var begun = System.nanoTime();
        var unknown = IntStream.range(0, 8).mapToObj(i -> user("paul" + i)).toList();
        var calls = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < unknown.size(); i++) {
            calls.add(body(i, unknown.get(i)));
        }
        for (int i = 0; i < known.size() * Replicas.COUNT; i++) {
            calls.add(body(i, known.get(i % known.size())));
        }
        for (var call : calls) {
            assertThat(call.get(30, TimeUnit.SECONDS)).startsWith("200 ");
        }
        assertThat(known).allSatisfy(user -> assertThat(user.logins()).isEqualTo(1));
        assertThat(unknown).allSatisfy(user -> assertThat(user.logins()).isEqualTo(1));
        var times = replicas.backend().loginNanos();
        assertRate(begun, times.subList(before, times.size()));
    }

    private static CompletableFuture<String> body(int replica, User user) {
        return replicas.get(replica).ask(user).thenApply(response -> response.statusCode() + " " + response.body());
    }

    /** All replicas together make a burst, and then one login in 250 ms. */
    private static void assertRate(long begun, List<Long> nanos) {
        assertThat(nanos).hasSize(8);
        for (int i = LOGINS; i < nanos.size(); i++) {
            var since = Duration.ofNanos(nanos.get(i) - begun);
            // A bit less: a replica knows the clock of the server only so well.
            assertThat(since)
                    .isGreaterThan(REFILL.multipliedBy(i - LOGINS + 1)
                            .multipliedBy(9)
                            .dividedBy(10)
                            .minusMillis(100));
        }
    }

    /** Callers that ask the replicas in turn until the end. */
    private static final class Load implements AutoCloseable {
        private static final int CALLERS = 4;
        private static final int MORE = 100;
        /** Without it the callers would leave no time for the replicas that start. */
        private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

        private final AtomicBoolean isEnded = new AtomicBoolean();
        private final AtomicInteger sent = new AtomicInteger();
        private final List<CompletableFuture<List<String>>> callers;
        private volatile int leftOut = -1;

        Load(List<User> users) {
            callers = IntStream.range(0, CALLERS)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> call(users.get(i % users.size()), i), task -> new Thread(task).start()))
                    .toList();
        }

        private List<String> call(User user, int first) {
            var responses = new ArrayList<String>();
            for (int i = first; !isEnded.get(); i++) {
                if (i % Replicas.COUNT != leftOut) {
                    responses.add(body(i, user)
                            .handle((response, e) -> e == null ? response : e.toString())
                            .join());
                    sent.incrementAndGet();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            return responses.stream().distinct().toList();
        }

        /** Sends nothing more to this replica. */
        void leaveOut(int replica) {
            leftOut = replica;
        }

        void awaitMore() {
            var until = sent.get() + MORE;
            Replicas.await("more requests were sent", () -> sent.get() >= until);
        }

        /** Returns all different responses. */
        List<String> end() throws Exception {
            isEnded.set(true);
            var all = new ArrayList<String>();
            for (var caller : callers) {
                all.addAll(caller.get(30, TimeUnit.SECONDS));
            }
            return all;
        }

        @Override
        public void close() {
            isEnded.set(true);
        }
    }
}
