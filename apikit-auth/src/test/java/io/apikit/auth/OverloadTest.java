package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BreakerPolicy;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a backend that is down or full meets, and what the logins to it do meanwhile. */
@Tag("thorough")
@Timeout(60)
class OverloadTest extends SessionTest {
    private static final RetryPolicy ON_500 = RetryPolicy.builder().retryOn(500).build();

    @Test
    void deadBackendGetsOneFifthMoreLoad() {
        var backend = opened(settings().retry(ON_500).breaker(BreakerPolicy.none()));
        for (int i = 0; i < 200; i++) {
            assertThat(backend.session(ALICE).get("/reflect").status()).isEqualTo(500);
            assertThat(backend.session(BOB).get("/reflect").status()).isEqualTo(500);
        }

        assertThat(server.requests()).hasSizeBetween(400 + 80, 400 + 80 + 10);
    }

    /** Retries and repeats on new connections have one budget. */
    @Test
    void resettingBackendGetsOneFifthMoreLoad() {
        try (var wire = FaultyServer.start(Fault.resetBeforeResponse())) {
            var backend =
                    opened(Backend.at(wire.url()).breaker(BreakerPolicy.none()).timing(timing));
            for (int i = 0; i < 2_000; i++) {
                assertFails(502, () -> backend.session(Credentials.none()).get("/"));
            }

            assertThat(wire.requestCount()).isBetween(2_400, 2_410);
        }
    }

    @Test
    void callsThatBeginTogetherHaveTheBudgetOfEach() throws Exception {
        var twice = RetryPolicy.builder().retryOn(500).budget(2).build();
        var backend = opened(settings().retry(twice).breaker(BreakerPolicy.none()));
        backend.session(ALICE).get("/whoami");
        int before = server.requests().size();

        var calls =
                threads.start(100, () -> backend.session(ALICE).get("/reflect").status());

        assertThat(Concurrently.ended(calls)).containsOnly(500);
        assertThat(server.requests()).hasSize(before + 300);
    }

    @Test
    void openCircuitRefusesCallsAndAllowsLogins() {
        var backend = backend();
        for (int i = 0; i < 50; i++) {
            assertThat(backend.session(ALICE).get("/reflect").status()).isEqualTo(500);
        }

        for (var caller : new Credentials[] {ALICE, BOB}) {
            assertFails(503, () -> backend.session(caller).get("/whoami"))
                    .matches(error -> "5".equals(error.headers().get("Retry-After")));
        }
        assertThat(server.requests()).hasSize(50);
        assertThat(server.loginPosts()).isEqualTo(2);

        timing.pass(Duration.ofMillis(5001));
        for (int i = 0; i < 10; i++) {
            assertThat(backend.session(BOB).get("/whoami").text()).isEqualTo("bob");
        }
    }

    @Test
    void failingLoginsOpenNoCircuit() {
        var backend = backend();
        server.loginStatus(503);
        for (int i = 0; i < 200; i++) {
            assertFails(503, () -> backend.session(ALICE).get("/whoami"));
            timing.pass(Duration.ofSeconds(10));
        }
        server.loginStatus(200);

        assertThat(backend.session(ALICE).get("/whoami").text()).isEqualTo("alice");
    }

    @Test
    void rejectedRequestsInEveryPlaceAllowTheLogin() throws Exception {
        var backend = opened(settings().http(options(2, Duration.ofSeconds(10))));
        backend.session(ALICE).get("/whoami");
        server.expireAll();

        var calls = threads.start(
                50, () -> backend.session(ALICE).get("/whoami").orThrow().text());

        assertThat(Concurrently.ended(calls)).hasSize(50).containsOnly("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void hangingCallsInEveryPlaceAllowALogin() throws Exception {
        var backend = opened(settings().http(options(2, Duration.ofMillis(50))));
        server.holdAnswers();
        var hanging =
                threads.start(2, () -> backend.session(ALICE).get("/gated").text());
        server.awaitHeldAnswer();
        server.awaitHeldAnswer();

        assertThat(backend.sessions()
                        .of(backend.accounts().of(BOB))
                        .login()
                        .currentOrNew(soon())
                        .number())
                .isOne();
        assertFails(503, () -> backend.session(BOB).get("/whoami"))
                .matches(error -> "1".equals(error.headers().get("Retry-After")));

        server.answer();
        assertThat(Concurrently.ended(hanging)).containsOnly("alice");
        assertThat(backend.session(BOB).get("/whoami").text()).isEqualTo("bob");
    }

    @Test
    void loginsOfAllCallersKeepTheirRate() {
        var backend = opened(settings().logins(3, Duration.ofSeconds(11)));
        for (int i = 0; i < 3; i++) {
            var wrong = Credentials.password("user" + i, "wrong");
            assertFails(401, () -> backend.session(wrong).get("/whoami"));
        }

        assertFails(503, () -> backend.session(ALICE).get("/whoami"))
                .matches(error -> "11".equals(error.headers().get("Retry-After")));
        assertThat(server.loginPosts()).isEqualTo(3);

        timing.pass(Duration.ofSeconds(11));
        assertThat(backend.session(ALICE).get("/whoami").text()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(4);
    }

    @Test
    void loginWaitsForATurnInTime() {
        var backend = opened(settings().logins(1, Duration.ofSeconds(4)));
        backend.session(ALICE).get("/whoami");

        assertThat(backend.session(BOB).get("/whoami").text()).isEqualTo("bob");
        assertThat(timing.slept()).containsExactly(Duration.ofSeconds(4));
    }

    @Test
    void wrongPasswordsKeepTheRateOfLogins() {
        var backend = opened(settings().logins(100, Duration.ofHours(1)));
        int refused = 0;
        for (int i = 0; i < 10_000; i++) {
            var guess = Credentials.password("alice", "guess" + i);
            try {
                backend.session(guess).get("/whoami");
            } catch (io.apikit.BackendError error) {
                refused += error.statusCode() == 401 ? 1 : 0;
            }
        }

        assertThat(refused).isEqualTo(100);
        assertThat(server.loginPosts()).isEqualTo(100);
    }

    @Test
    void loginWithoutRequestsIsNotLimited() {
        var backend = opened(settings().auth(Authenticator.basic()).logins(1, Duration.ofHours(1)));
        for (int i = 0; i < 100; i++) {
            var caller = Credentials.password("user" + i, "password");
            assertThat(backend.session(caller).get("/forbidden").status()).isEqualTo(403);
        }
    }

    private static HttpOptions options(int maxConnections, Duration connectTimeout) {
        return HttpOptions.builder()
                .maxConnections(maxConnections)
                .connectTimeout(connectTimeout)
                .build();
    }
}
