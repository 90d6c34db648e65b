package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who waits for a login, and what one who goes away means to the others. */
class WaitersTest extends FrontDoorTest {
    private static final String ALICES = "Authorization: " + basic("alice", "wonderland");

    private final Semaphore arrived = new Semaphore(0);

    @Test
    void theClientWhoseRequestLeadsTheLoginDisconnectsAndTheOthersSucceed() throws Exception {
        var port = service();
        server.hold();
        var leader = raw(port, "GET /whoami HTTP/1.1", ALICES);
        server.awaitHeld(1);
        var others = callers(port, 10);
        awaitArrived(11);

        leader.close();
        server.release();

        assertThat(Concurrently.ended(others)).containsOnly("200 alice");
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void aWaiterThatDisconnectsLeavesTheLoginToTheOthers() throws Exception {
        var port = service();
        server.hold();
        var first = callers(port, 1);
        server.awaitHeld(1);
        var waiter = raw(port, "GET /whoami HTTP/1.1", ALICES);
        var others = callers(port, 10);
        awaitArrived(12);

        waiter.close();
        server.release();

        assertThat(Concurrently.ended(first)).containsOnly("200 alice");
        assertThat(Concurrently.ended(others)).containsOnly("200 alice");
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void aWaiterThatIsCancelledIsFreedAndTheLoginGoesOnForTheOthers() throws Exception {
        var backend = backend();
        server.hold();
        var others = threads.start(
                10, () -> backend.session(ALICE).get("/whoami").orThrow().text());
        server.awaitHeld(1);
        var thread = new AtomicReference<Thread>();
        var waiter = threads.start(1, () -> {
            thread.set(Thread.currentThread());
            arrived.release();
            return backend.session(ALICE).get("/whoami");
        });
        awaitArrived(1);

        Objects.requireNonNull(thread.get()).interrupt();

        assertFails(503, waiter.get(0));
        assertThat(others).noneMatch(Future::isDone);
        server.release();
        assertThat(Concurrently.ended(others)).containsOnly("alice");
        assertThat(server.loginPosts()).isOne();
    }

    /** What the login answers, and what each of those who wait for it is told. */
    @ParameterizedTest
    @ValueSource(strings = {"503 503", "429 503", "500 502", "404 502", "504 504"})
    void aBrokenLoginIsToldToAllWhoWaitAndTriedAgainAfterTheBackOff(String answeredAndTold) throws Exception {
        var told = Integer.parseInt(answeredAndTold.substring(4));
        var port = service();
        server.loginStatus(Integer.parseInt(answeredAndTold.substring(0, 3)));
        server.hold();
        var waiters = callers(port, 20);
        server.awaitHeld(1);
        awaitArrived(20);
        server.release();
        assertThat(Concurrently.ended(waiters)).hasSize(20).allMatch(answer -> answer.startsWith(told + " "));
        assertThat(server.loginPosts()).isOne();

        server.loginStatus(200);
        timing.pass(Duration.ofMillis(999));
        var early = askAs("alice", "wonderland", port, "/whoami");
        assertThat(early.statusCode()).isEqualTo(told);
        assertThat(early.headers().firstValue("Retry-After").isPresent()).isEqualTo(told == 503);
        assertThat(server.loginPosts()).isOne();

        timing.pass(Duration.ofMillis(1));
        assertThat(askAs("alice", "wonderland", port, "/whoami").body()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    private int service() {
        var backend = backend();
        return serve(
                backend,
                () -> get("/whoami", ctx -> {
                    arrived.release();
                    ctx.result(backend.session(ctx).get("/whoami").orThrow().text());
                }));
    }

    private List<Future<String>> callers(int port, int count) {
        return threads.start(count, () -> {
            var answer = askAs("alice", "wonderland", port, "/whoami");
            return answer.statusCode() + " " + answer.body();
        });
    }

    private void awaitArrived(int requests) throws InterruptedException {
        assertThat(arrived.tryAcquire(requests, 10, TimeUnit.SECONDS)).isTrue();
    }
}
