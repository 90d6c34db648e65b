package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RenewalTest extends SessionTest {
    @Test
    void aHundredCallsOfOneCallerCauseOneLogin() {
        var backend = backend();

        IntStream.range(0, 100)
                .forEach(i -> assertThat(
                                backend.session(ALICE).get("/whoami").orThrow().text())
                        .isEqualTo("alice"));

        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void aThousandConcurrentCallsOnAnExpiredLoginCauseOneLogin() throws ExecutionException {
        var backend = backend();
        backend.session(ALICE).get("/whoami").orThrow();
        server.expireAll();
        server.hold();

        var calls = threads.start(
                1000, () -> backend.session(ALICE).get("/whoami").orThrow().text());
        server.awaitHeld(2);
        // Each of them has met the dead login before there is a new one.
        server.awaitRequests(1 + 1000);
        server.release();

        assertThat(Concurrently.ended(calls)).hasSize(1000).containsOnly("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(server.requests()).hasSize(1 + 1000 + 1000);
    }

    @Test
    void aRejectedPostIsReplayedOnceByteForByte() {
        var session = backend().session(ALICE);
        session.get("/whoami").orThrow();
        server.expireAll();

        var body = "ünïcödé body".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        var answer = session.send(BackendRequest.post("/echo").body(body, "text/plain; charset=utf-8"));

        assertThat(answer.orThrow().text()).isEqualTo("aliceünïcödé body");
        assertThat(server.requests().stream().filter(r -> r.startsWith("POST"))).hasSize(2);
    }

    @Test
    void lateRejectionOfAnOldLoginLogsNobodyIn() {
        var backend = backend();
        var logins = logins(backend);
        var old = logins.currentOrNew(soon());
        old.reject();
        var renewed = logins.replacing(old, soon(), () -> {}).orElseThrow();
        assertThat(server.loginPosts()).isEqualTo(2);

        assertThat(logins.replacing(old, soon(), () -> {})).containsSame(renewed);
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void aSecondRejectionIsFinalAndReachesTheCallerAsItIs() {
        var session = backend().session(ALICE);

        var answer = session.get("/always401");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(server.requests()).hasSize(2);
        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(answer.toError().headers()).containsEntry("WWW-Authenticate", "Basic realm=\"custom\"");
    }

    @Test
    void aTargetThatAlwaysSaysNoRenewsOnceInTheCoolDown() {
        var session = backend().session(ALICE);

        IntStream.range(0, 11)
                .forEach(i -> assertThat(session.get("/always401").status()).isEqualTo(401));
        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(server.requests()).hasSize(12);

        timing.pass(Duration.ofSeconds(31));
        session.get("/always401");
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    @Test
    void aTargetThatAlwaysSaysNoTakesNothingFromTheOthers() {
        var session = backend().session(ALICE);
        session.get("/always401");

        assertThat(session.get("/whoami").orThrow().text()).isEqualTo("alice");
    }

    @Test
    void renewalsOfOneSessionAreCappedAndRefilled() {
        var session = backend().session(ALICE);
        session.get("/whoami").orThrow();
        IntStream.range(0, 5).forEach(i -> {
            server.expireAll();
            session.get("/whoami").orThrow();
        });
        assertThat(server.loginPosts()).isEqualTo(6);

        server.expireAll();
        assertThat(session.get("/whoami").status()).isEqualTo(401);
        assertThat(server.loginPosts()).isEqualTo(6);

        timing.pass(Duration.ofSeconds(5));
        assertThat(session.get("/whoami").status()).isEqualTo(200);
        assertThat(server.loginPosts()).isEqualTo(7);
    }

    @Test
    void aServiceAccountsFinalRejectionIsABadGateway() {
        var session = serviceSession(backend(), () -> ALICE);

        assertFails(502, () -> session.get("/always401"));
    }

    @Test
    void forbiddenPassesThroughWithoutALogin() {
        var session = backend().session(ALICE);

        assertThat(session.get("/forbidden").status()).isEqualTo(403);
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void inTheWindowBeforeExpiryCallsGoOnWhileOneRenewalRuns() throws ExecutionException {
        var backend = opened(settings().auth(new TokenMode(Duration.ofMinutes(10))));
        backend.session(ALICE).get("/whoami").orThrow();
        timing.pass(Duration.ofMinutes(9).plusSeconds(31));
        server.hold();

        var calls = threads.start(
                50, () -> backend.session(ALICE).get("/whoami").orThrow().text());
        assertThat(Concurrently.ended(calls)).containsOnly("alice");
        server.awaitHeld(2);
        assertThat(server.loginPosts()).isEqualTo(2);
        server.release();
        assertThat(server.requests()).allMatch(request -> request.endsWith("token-alice-1"));
    }

    @Test
    void justBeforeTheWindowNothingIsRenewed() {
        var backend = opened(settings().auth(new TokenMode(Duration.ofMinutes(10))));
        backend.session(ALICE).get("/whoami").orThrow();
        timing.pass(Duration.ofMinutes(9).plusSeconds(29));

        backend.session(ALICE).get("/whoami").orThrow();

        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void sessionsThatBeganTogetherDoNotRenewTogether() {
        var chances = new ArrayDeque<>(List.of(1.0, 0.0));
        var backend = opened(settings()
                .auth(new TokenMode(Duration.ofMinutes(10)))
                .random(() -> chances.isEmpty() ? 0 : chances.remove()));
        backend.session(ALICE).get("/whoami").orThrow();
        backend.session(BOB).get("/whoami").orThrow();
        server.hold();

        // The margin is 30 s, so the jitter is 3 s at most.
        timing.pass(Duration.ofMinutes(9).plusSeconds(27));
        backend.session(BOB).get("/whoami").orThrow();
        backend.session(ALICE).get("/whoami").orThrow();
        server.awaitHeld(3);
        assertThat(server.loginPosts()).isEqualTo(3);

        timing.pass(Duration.ofSeconds(3));
        backend.session(BOB).get("/whoami").orThrow();
        server.awaitHeld(1);
        assertThat(server.loginPosts()).isEqualTo(4);
        server.release();
    }

    @Test
    void aRenewalAheadThatFailsLeavesTheGoodLoginInUseAndWaitsBeforeTheNext() throws Exception {
        var backend = opened(settings().auth(new TokenMode(Duration.ofMinutes(10))));
        var logins = logins(backend);
        logins.currentOrNew(soon());
        timing.pass(Duration.ofMinutes(9).plusSeconds(45));
        server.loginStatus(503);
        server.hold();

        assertThat(backend.session(ALICE).get("/whoami").orThrow().text()).isEqualTo("alice");
        server.awaitHeld(2);
        server.release();
        // Joins the renewal under way, so that it is known to be over.
        assertFails(503, () -> logins.replacing(logins.currentOrNew(soon()), soon(), () -> {}));

        assertThat(backend.session(ALICE).get("/whoami").orThrow().text()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);

        timing.pass(Duration.ofSeconds(1));
        server.loginStatus(200);
        assertThat(backend.session(ALICE).get("/whoami").orThrow().text()).isEqualTo("alice");
        server.awaitHeld(1);
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    @Test
    void anExpiredLoginIsReplacedBeforeItIsSent() {
        var backend = opened(settings().auth(new TokenMode(Duration.ofMinutes(10))));
        backend.session(ALICE).get("/whoami").orThrow();
        timing.pass(Duration.ofMinutes(11));

        backend.session(ALICE).get("/whoami").orThrow();

        assertThat(server.requests()).containsExactly("GET /whoami token-alice-1", "GET /whoami token-alice-2");
    }

    @Test
    void aRedirectThatTheModeTakesForExpiryEndsAsABadGateway() {
        var session = opened(settings().auth(new TokenMode() {
                    @Override
                    public Verdict judge(io.apikit.http.BackendResponse response, Login used, LoginTransport ask) {
                        return response.status() == 302 ? Verdict.EXPIRED : Verdict.ACCEPTED;
                    }
                }))
                .session(ALICE);

        assertFails(502, () -> session.get("/always302"));
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aLateRejectionThatFindsTheNewLoginDeadTooRenewsIt() throws ExecutionException {
        var session = backend().session(ALICE);
        session.get("/whoami").orThrow();
        server.expireAll();
        server.holdAnswers();
        var late = threads.start(1, () -> session.get("/gated").status());
        server.awaitHeldAnswer();
        session.get("/whoami").orThrow();
        server.expireAll();
        server.answer();

        assertThat(Concurrently.ended(late)).containsExactly(200);
        assertThat(server.requests())
                .endsWith("GET /gated token-alice-2", "GET /gated token-alice-3")
                .contains("GET /gated token-alice-1");
    }

    @Test
    void renewalsAheadOfAnEarlyEndAreNotCapped() {
        var backend = opened(settings().auth(new TokenMode(Duration.ofSeconds(4))));
        for (var i = 0; i < 40; i++) {
            timing.pass(Duration.ofSeconds(5));
            assertThat(backend.session(ALICE).get("/whoami").status()).isEqualTo(200);
        }
        assertThat(server.requests().stream().distinct()).hasSize(40);
    }

    @Test
    void anEndThatIsAlwaysNowCostsALoginASecondAtMost() {
        var backend = opened(settings().auth(new TokenMode(Duration.ofNanos(1))));
        for (var i = 0; i < 20; i++) {
            timing.pass(Duration.ofMillis(100));
            assertThat(backend.session(ALICE).get("/whoami").status()).isEqualTo(200);
        }
        assertThat(server.loginPosts()).isBetween(2, 3);
    }
}
