package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.internal.util.AuthorizationHeader;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Replicas whose logins cannot be renewed share what has become of their first use. */
class SharedFixedLoginTest extends FrontDoorTest {
    private static final Credentials WRONG = Credentials.password("alice", "wrong");

    private final InMemoryLoginStore store = new InMemoryLoginStore(timing::nanoTime);
    private final AtomicInteger hits = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch arrived = new CountDownLatch(1);

    private volatile String password = "wonderland";

    private List<Backend> replicas(int count) {
        var url = backend(config -> config.routes.get("/data", ctx -> {
            hits.incrementAndGet();
            arrived.countDown();
            assertThat(gate.await(10, TimeUnit.SECONDS)).isTrue();
            var own = AuthorizationHeader.basic("alice", password);
            ctx.status(own.equals(ctx.header("Authorization")) ? 200 : 401);
        }));
        return Stream.generate(() -> opened(Backend.at(url)
                        .auth(Authenticator.basic())
                        .retry(RetryPolicy.none())
                        .loginStore(store)
                        .name("fixed")
                        .timing(timing)))
                .limit(count)
                .toList();
    }

    @Test
    void wrongPasswordReachesTheBackendOnce() throws ExecutionException {
        var calls = replicas(3).stream()
                .flatMap(replica ->
                        threads.start(10, () -> replica.session(WRONG).get("/data")).stream())
                .toList();
        gate.countDown();

        calls.forEach(call -> assertFails(401, call));
        assertThat(hits).hasValue(1);
    }

    @Test
    void otherReplicasWaitForTheFirstUse() throws Exception {
        var all = replicas(2);
        var first =
                threads.start(1, () -> all.get(0).session(ALICE).get("/data").status());
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        var others =
                threads.start(20, () -> all.get(1).session(ALICE).get("/data").status());
        gate.countDown();

        assertThat(Concurrently.ended(first)).containsExactly(200);
        assertThat(Concurrently.ended(others)).hasSize(20).containsOnly(200);
        assertThat(hits).hasValue(21);
    }

    private static boolean isKeyKnown(Backend replica) {
        var session = replica.sessions().of(replica.accounts().of(WRONG));
        return session.login().shared().key() != null;
    }

    /** The request that leads in its replica has less time than those that wait for it. */
    @Test
    void leaderThatLeavesBeforeItsTurnLeavesTheTrialToTheOtherReplica() throws Exception {
        var all = replicas(2);
        var first = threads.start(1, () -> all.get(0).session(WRONG).get("/data"));
        assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();
        var hurried = BackendRequest.get("/data").deadline(Deadline.after(Duration.ofMillis(300), Timing.system()));
        var session = all.get(1).session(WRONG);
        var leader = threads.start(1, () -> session.send(hurried));
        await(() -> isKeyKnown(all.get(1)));
        var others = threads.start(20, () -> session.get("/data"));

        assertFails(504, leader.get(0));
        gate.countDown();

        assertFails(401, first.get(0));
        others.forEach(call -> assertFails(401, call));
        assertThat(hits).hasValue(1);
    }

    /** Another replica has seen the old password accepted. It would lock the account if it were sent again and again. */
    @Test
    void oldPasswordIsTriedOnceWhereItsSessionIsNew() {
        var all = replicas(2);
        gate.countDown();
        assertThat(all.get(0).session(ALICE).get("/data").status()).isEqualTo(200);
        password = "changed";

        for (var i = 0; i < 5; i++) {
            assertFails(401, () -> all.get(1).session(ALICE).get("/data").orThrow());
        }

        assertThat(hits).hasValue(2);
    }
}
