package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.internal.util.AuthorizationHeader;
import io.javalin.Javalin;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Basic credentials with every request: nothing to renew, and a wrong password must still meet the backend once. */
class FixedLoginTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");
    private static final Credentials WRONG = Credentials.password("alice", "wrong");

    private final AtomicInteger hits = new AtomicInteger();
    private final CountDownLatch gate = new CountDownLatch(1);
    private final CountDownLatch first = new CountDownLatch(1);
    private final Semaphore inside = new Semaphore(0);
    private final Javalin server = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.startup.startupWatcherEnabled = false;
                config.routes.get("/data", ctx -> {
                    hits.incrementAndGet();
                    var own = AuthorizationHeader.basic("alice", "wonderland");
                    if (own.equals(ctx.header("Authorization"))) {
                        ctx.result("alice");
                    } else {
                        gate.await(10, TimeUnit.SECONDS);
                        ctx.status(401).result("no");
                    }
                });
                config.routes.get("/admin", ctx -> ctx.status(401).result("admins only"));
                config.routes.get("/busy", ctx -> ctx.status(429).result("busy"));
                config.routes.get("/slowly-down", ctx -> {
                    var isFirst = hits.incrementAndGet() == 1;
                    inside.release();
                    (isFirst ? first : gate).await(10, TimeUnit.SECONDS);
                    ctx.status(503).result("down");
                });
                config.routes.get("/down", ctx -> ctx.status(503).result("down"));
            })
            .start("127.0.0.1", 0);
    private final Backend backend = Backend.at("http://127.0.0.1:" + server.port())
            .auth(Authenticator.basic())
            .retry(io.apikit.http.RetryPolicy.none())
            .build();
    private final Concurrently threads = new Concurrently();

    @Test
    void aWrongPasswordIsSentOnceHoweverManyBringIt() {
        var calls = threads.start(100, () -> backend.session(WRONG).get("/data"));
        gate.countDown();

        calls.forEach(call -> SessionTest.assertFails(401, call));
        assertThat(hits).hasValue(1);
    }

    @Test
    void aGoodPasswordSignsEveryRequest() throws ExecutionException {
        var calls = threads.start(
                50, () -> backend.session(ALICE).get("/data").orThrow().text());

        assertThat(Concurrently.ended(calls)).containsOnly("alice");
        assertThat(hits).hasValue(50);
    }

    /** "jürgen:pä" in each charset that RFC 7617 knows, and with a byte that is no UTF-8. */
    @ParameterizedTest
    @ValueSource(strings = {"asO8cmdlbjpww6Q=", "avxyZ2VuOnDk", "avxyZ2VuOnDDpA==", "YWxpY2U6d29uZGVybGFuZA=="})
    void callersOwnBytesAreSentOn(String pair) throws Exception {
        try (var wire = new WireBackend(call -> call.write(WireBackend.ok("fine")));
                var relayed = Backend.at(wire.url()).auth(Authenticator.basic()).build()) {
            var own = Credentials.parse("Basic " + pair).orElseThrow();

            relayed.session(own).get("/data").orThrow();

            assertThat(wire.requests())
                    .singleElement()
                    .matches(request -> request.header("Authorization").equals("Basic " + pair));
        }
    }

    @Test
    void sameNameInOtherBytesIsAnotherSession() throws Exception {
        try (var wire = new WireBackend(call -> call.write(WireBackend.ok("fine")));
                var relayed = Backend.at(wire.url()).auth(Authenticator.basic()).build()) {
            for (var pair : new String[] {"avxyZ2VuOnDk", "asO8cmdlbjpww6Q=", "avxyZ2VuOnDk"}) {
                relayed.session(Credentials.parse("Basic " + pair).orElseThrow())
                        .get("/data");
            }

            assertThat(wire.requests())
                    .extracting(request -> request.header("Authorization"))
                    .containsExactly("Basic avxyZ2VuOnDk", "Basic asO8cmdlbjpww6Q=", "Basic avxyZ2VuOnDk");
        }
    }

    @Test
    void onceAcceptedA401IsTheBackendsOwnAnswer() {
        backend.session(ALICE).get("/data").orThrow();

        assertThat(backend.session(ALICE).get("/admin").status()).isEqualTo(401);
        assertThat(backend.session(ALICE).get("/data").status()).isEqualTo(200);
    }

    @Test
    void aBrokenBackendProvesNothing() {
        assertThat(backend.session(WRONG).get("/down").status()).isEqualTo(503);
        gate.countDown();

        SessionTest.assertFails(401, () -> backend.session(WRONG).get("/data"));
    }

    @Test
    void aUserNameWithAColonIsRefusedWithoutARequest() {
        var colon = Credentials.password("a:b", "c");

        SessionTest.assertFails(401, () -> backend.session(colon).get("/data"));
        assertThat(hits).hasValue(0);
    }

    @Test
    void withoutALoginA401IsTheBackendsOwnAnswerEveryTime() {
        var open = Backend.at("http://127.0.0.1:" + server.port()).build();

        assertThat(open.session(Credentials.none()).get("/admin").status()).isEqualTo(401);
        assertThat(open.session(Credentials.none()).get("/admin").status()).isEqualTo(401);
        open.close();
    }

    @AfterEach
    void end() {
        gate.countDown();
        threads.close();
        backend.close();
        server.stop();
    }

    @Test
    void ofABrokenBackendNobodyWaitsForAnother() throws ExecutionException {
        var calls = threads.start(
                20, () -> backend.session(ALICE).get("/slowly-down").status());
        // The others wait for the first one's answer, and then for no one's: several are inside together.
        awaitInside(1);
        first.countDown();
        awaitInside(2);
        gate.countDown();

        assertThat(Concurrently.ended(calls)).containsOnly(503);
    }

    @Test
    void aLimiterInFrontSaysNothingOfThePassword() {
        assertThat(backend.session(WRONG).get("/busy").status()).isEqualTo(429);
        gate.countDown();

        SessionTest.assertFails(401, () -> backend.session(WRONG).get("/data"));
        SessionTest.assertFails(401, () -> backend.session(WRONG).get("/data"));
        assertThat(hits).hasValue(1);
    }

    private void awaitInside(int calls) {
        try {
            assertThat(inside.tryAcquire(calls, 10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
