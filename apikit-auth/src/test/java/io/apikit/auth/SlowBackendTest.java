package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.HttpOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One that is slow, held by a gate and not by a clock: the others answer before the gate opens. */
class SlowBackendTest extends FrontDoorTest {
    private static final int SLOW = 100;

    private final CountDownLatch gate = new CountDownLatch(1);
    private final Semaphore held = new Semaphore(0);
    private final String data = backend(config -> {
        config.routes.post("/login", ctx -> {
            if ("bob".equals(ctx.formParam("user"))) {
                hold();
            }
            ctx.result("token-" + ctx.formParam("user"));
        });
        config.routes.get("/slow", ctx -> {
            hold();
            ctx.result("slow");
        });
        config.routes.get("/fast", ctx -> ctx.result("fast"));
    });

    private void hold() throws InterruptedException {
        held.release();
        assertThat(gate.await(20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void slowRouteLeavesItsBackendsOtherRoutesAlone() throws Exception {
        var backend = opened(Backend.at(data).auth(new TokenMode()));
        var port = serve(backend, () -> {
            get("/slow", ctx -> ctx.result(backend.session(ctx).get("/slow").text()));
            get("/fast", ctx -> ctx.result(backend.session(ctx).get("/fast").text()));
        });

        var slow = ask(port, "alice", "/slow", SLOW);
        awaitHeld(SLOW);
        othersAnswer(port, slow);
    }

    @Test
    void fullBackendLeavesAnotherBackendAlone() throws Exception {
        var slowOne = opened(Backend.at(data)
                .auth(new TokenMode())
                .http(HttpOptions.builder().maxConnections(20).build()));
        var other = opened(Backend.at(data).auth(new TokenMode()));
        var port = serve(slowOne, () -> {
            get("/slow", ctx -> ctx.result(slowOne.session(ctx).get("/slow").text()));
            get("/fast", ctx -> ctx.result(other.session(ctx).get("/fast").text()));
        });

        var slow = ask(port, "alice", "/slow", 20);
        awaitHeld(20);
        othersAnswer(port, slow);
    }

    /** 250 is what Jetty and others have by default, the slow backend here too: all of its are taken. */
    @Test
    void thousandsOfSlowRequestsLeaveTheOthersAlone() throws Exception {
        var backend = opened(Backend.at(data)
                .auth(new TokenMode())
                .http(HttpOptions.builder()
                        .connectTimeout(Duration.ofSeconds(20))
                        .responseTimeout(Duration.ofSeconds(30))
                        .build()));
        var port = serve(
                backend,
                () -> get(
                        "/slow",
                        ctx -> ctx.result(backend.session(ctx).get("/slow").text())));

        var slow = ask(port, "alice", "/slow", 300);
        awaitHeld(230);
        assertThat(ask(port, "/").body()).isEqualTo("OK");
        assertThat(slow).noneMatch(Future::isDone);

        gate.countDown();
        assertThat(Concurrently.ended(slow)).containsOnly("200 slow");
    }

    @Test
    void slowLoginDelaysNoOtherUser() throws Exception {
        var backend = opened(Backend.at(data).auth(new TokenMode()));
        var port = serve(
                backend,
                () -> get(
                        "/fast",
                        ctx -> ctx.result(backend.session(ctx).get("/fast").text())));

        var slow = ask(port, "bob", "/fast", SLOW);
        awaitHeld(1);
        othersAnswer(port, slow);
    }

    /** While every slow one is still held. */
    private void othersAnswer(int port, List<Future<String>> slow) throws Exception {
        for (var i = 0; i < 50; i++) {
            assertThat(askAs("alice", "wonderland", port, "/fast").body()).isEqualTo("fast");
        }
        assertThat(ask(port, "/").body()).isEqualTo("OK");
        assertThat(ask(port, "/metadata").statusCode()).isEqualTo(200);
        assertThat(slow).noneMatch(Future::isDone);

        gate.countDown();
        assertThat(Concurrently.ended(slow)).allMatch(answer -> answer.startsWith("200 "));
    }

    private List<Future<String>> ask(int port, String user, String path, int times) {
        return threads.start(times, () -> {
            var answer = askAs(user, "wonderland", port, path);
            return answer.statusCode() + " " + answer.body();
        });
    }

    private void awaitHeld(int requests) throws InterruptedException {
        assertThat(held.tryAcquire(requests, 10, TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void open() {
        gate.countDown();
    }
}
