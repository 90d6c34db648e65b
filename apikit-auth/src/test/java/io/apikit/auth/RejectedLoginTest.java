package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A login that the backend no longer takes, and what becomes of the requests that were signed with it. */
class RejectedLoginTest extends FrontDoorTest {
    private final AtomicInteger logins = new AtomicInteger();

    @Test
    void aLateRejectionIsReplayedWithTheLoginThatIsCurrentAndLogsNobodyIn() throws ExecutionException {
        var session = backend().session(ALICE);
        session.get("/whoami").orThrow();
        server.expireAll();
        server.holdAnswers();
        var late = threads.start(1, () -> session.get("/gated").orThrow().text());
        server.awaitHeldAnswer();
        session.get("/whoami").orThrow();
        assertThat(server.loginPosts()).isEqualTo(2);

        server.answer();

        assertThat(Concurrently.ended(late)).containsExactly("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(server.requests()).endsWith("GET /gated token-alice-2").contains("GET /gated token-alice-1");
    }

    @Test
    void aRejectedPostIsSentOnceMoreWithEveryByteAsItWas() throws Exception {
        var bytes = new byte[256];
        for (var i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        try (var wire = new WireBackend(call -> call.write(WireBackend.ok("done")))) {
            var session = opened(Backend.at(wire.url()).auth(new TokenMode())).session(ALICE);
            session.get("/free").orThrow();
            wire.expire();

            var answer = session.send(BackendRequest.post("/jobs?a=b").body(bytes, "application/octet-stream"));

            assertThat(answer.status()).isEqualTo(200);
            assertThat(wire.logins()).isEqualTo(2);
            assertThat(wire.requests()).hasSize(2);
            var rejected = wire.requests().get(0);
            var replayed = wire.requests().get(1);
            assertThat(rejected.body()).isEqualTo(bytes);
            assertThat(replayed.body()).isEqualTo(bytes);
            assertThat(replayed.head()).isEqualTo(rejected.head().replace("token-1", "token-2"));
        }
    }

    @Test
    void aForbiddenThatTheModeTakesForExpiryIsRenewedAndReplayed() {
        var url = backend(config -> {
            config.routes.post("/login", ctx -> ctx.result("{\"token\":\"n" + logins.incrementAndGet() + "\"}"));
            config.routes.get("/data", ctx -> ctx.status("n2".equals(ctx.header("X-API-KEY")) ? 200 : 403));
        });
        var mode = Authenticator.tokenLogin(
                login -> login.sign("X-API-KEY", "{token}").renewOn(403));

        assertThat(opened(settings(url).auth(mode)).session(ALICE).get("/data").status())
                .isEqualTo(200);
        assertThat(logins).hasValue(2);
    }

    @Test
    void aPostThatWasCarriedOutIsNotSentAgainAndTheNextRequestRenews() {
        var jobs = new AtomicInteger();
        var url = backend(config -> {
            config.routes.post("/login", ctx -> ctx.result("token-" + logins.incrementAndGet()));
            config.routes.post("/jobs", ctx -> ctx.status(jobs.incrementAndGet() == 1 ? 201 : 200));
        });
        var session = opened(settings(url).auth(new TokenMode() {
                    @Override
                    public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
                        return response.status() == 201 ? Verdict.EXPIRED : Verdict.ACCEPTED;
                    }
                }))
                .session(ALICE);

        assertThat(session.post("/jobs", "job").status()).isEqualTo(201);
        assertThat(jobs).hasValue(1);
        assertThat(logins).hasValue(1);
        assertThat(session.post("/jobs", "job").status()).isEqualTo(200);
        assertThat(jobs).hasValue(2);
        assertThat(logins).hasValue(2);
    }

    /** Not under the password before it either, which a service account still has. */
    @Test
    void postThatWasCarriedOutUnderAFixedLoginIsNotSentAgain() {
        var jobs = new AtomicInteger();
        var url = backend(config -> config.routes.post("/jobs", ctx -> {
            jobs.incrementAndGet();
            ctx.status("new".equals(ctx.header("X-Password")) ? 201 : 200).result("done");
        }));
        var mode = new TokenMode() {
            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) {
                return Login.fixed(Map.of("X-Password", ((Credentials.Password) credentials).password()));
            }

            @Override
            public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
                return response.status() == 201 ? Verdict.EXPIRED : Verdict.ACCEPTED;
            }
        };
        var backend = opened(settings(url).auth(mode));
        var old = Credentials.password("alice", "old");
        var changed = Credentials.password("alice", "new");

        assertThat(serviceSession(backend, () -> old).post("/jobs", "job").status())
                .isEqualTo(200);
        assertThat(serviceSession(backend, () -> changed).post("/jobs", "job").status())
                .isEqualTo(201);

        assertThat(jobs).hasValue(2);
    }

    @Test
    void aLoginThatDiesAtEverySecondCallIsRenewedWithinTheCapAndThenRejected() {
        var session = opened(settings(goodForOneCall()).auth(new TokenMode())).session(ALICE);

        assertThat(IntStream.range(0, 20).mapToObj(i -> session.get("/data").status()))
                .startsWith(200, 200, 200, 200, 200, 200, 401)
                .filteredOn(status -> status == 401)
                .hasSize(14);
        // The first, and the burst of five.
        assertThat(logins).hasValue(6);

        for (var i = 0; i < 100; i++) {
            timing.pass(Duration.ofMillis(100));
            assertThat(session.get("/data").status()).isEqualTo(i % 50 == 49 ? 200 : 401);
        }
        assertThat(logins).hasValue(8);
    }

    @Test
    void manyCallsAtOnceOnALoginThatDiesAtEverySecondCallAllEnd() throws ExecutionException {
        var backend = opened(settings(goodForOneCall()).auth(new TokenMode()));

        var calls = threads.start(200, () -> backend.session(ALICE).get("/data").status());

        assertThat(Concurrently.ended(calls)).hasSize(200).containsOnly(200, 401);
        assertThat(logins.get()).isBetween(2, 6);
    }

    /** A backend that takes each token once. */
    private String goodForOneCall() {
        var used = ConcurrentHashMap.<String>newKeySet();
        return backend(config -> {
            config.routes.post("/login", ctx -> ctx.result("token-" + logins.incrementAndGet()));
            config.routes.get("/data", ctx -> ctx.status(used.add(String.valueOf(ctx.header("X-Token"))) ? 200 : 401));
        });
    }

    @Test
    void anEndpointThatAlwaysSaysNoKeepsWithinTheCapHoweverManyAsk() throws ExecutionException {
        var backend = backend();
        backend.session(ALICE).get("/whoami").orThrow();

        var calls = threads.start(
                100, () -> backend.session(ALICE).get("/always401").status());
        assertThat(Concurrently.ended(calls)).containsOnly(401);
        // One each for those who were rejected at the same time as others had renewed: the cap bounds them.
        assertThat(server.loginPosts()).isBetween(2, 6);

        var before = server.loginPosts();
        for (var i = 0; i < 100; i++) {
            assertThat(backend.session(ALICE).get("/always401").status()).isEqualTo(401);
        }
        assertThat(server.loginPosts()).isEqualTo(before);
    }

    private Backend.Builder settings(String url) {
        return Backend.at(url).retry(RetryPolicy.none()).timing(timing);
    }
}
