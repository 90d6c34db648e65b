package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendResponse;
import io.apikit.testkit.systems.FakePele;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Pele: a Basic login for a token, three logins a minute, and {@code Retry-After} where it means nothing. */
class PeleTest {
    private static final Credentials ALICE = Credentials.password("alice@example.org", "wonderland");
    private static final Credentials BOB = Credentials.password("bob@example.org", "guess");

    private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
    private final FakePele pele = FakePele.builder()
            .user("alice@example.org", "wonderland")
            .user("bob@example.org", "builder")
            .echoesPerSecond(1000)
            .clock(clock::get)
            .start();
    private final FakeTiming timing = new FakeTiming();
    private final Backend backend = Backend.at(pele.url())
            .auth(Authenticator.tokenLogin(
                    login -> login.post("/login").credentialsAsBasic().sign("X-API-KEY", "{token}")))
            .timing(timing)
            .build();
    private final Concurrently threads = new Concurrently();

    private BackendResponse echo(Credentials credentials) {
        return backend.session(credentials).get("/test/echo", Map.of("echo_str", "hello"));
    }

    @Test
    void sixteenCallsAtExpiryCauseOneLogin() throws ExecutionException {
        echo(ALICE).orThrow();
        pele.expireTokens();

        var calls = threads.start(16, () -> echo(ALICE).status());

        assertThat(Concurrently.ended(calls)).hasSize(16).containsOnly(200);
        assertThat(pele.loginAttempts()).isEqualTo(2);
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void anEndpointThatAlwaysSaysNoRenewsOnceAndNeverExhaustsTheQuota() {
        pele.alwaysUnauthorized(true);

        IntStream.range(0, 11).forEach(i -> assertThat(echo(ALICE).status()).isEqualTo(401));

        assertThat(pele.loginAttempts()).isEqualTo(2);
        assertThat(timing.slept()).isEmpty();
    }

    /** A call every 2 s: three logins a minute are enough for the first one and a renewal in each cool-down. */
    @Test
    void anEndpointThatAlwaysSaysNoKeepsWithinTheQuotaForAMinute() {
        pele.alwaysUnauthorized(true);

        for (var second = 0; second < 60; second += 2) {
            assertThat(echo(ALICE).status()).isEqualTo(401);
            timing.pass(Duration.ofSeconds(2));
            clock.updateAndGet(now -> now.plusSeconds(2));
        }

        assertThat(pele.loginAttempts()).isEqualTo(1 + 2);
        pele.alwaysUnauthorized(false);
        assertThat(echo(ALICE).status()).isEqualTo(200);
    }

    @Test
    void retryAfterOnASuccessOrARejectionDelaysNothing() {
        assertThat(echo(ALICE).header("Retry-After")).isPresent();
        pele.expireTokens();

        assertThat(echo(ALICE).header("Retry-After")).isPresent();

        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void aLoginThatIsRateLimitedIsAPrompt503ThatSaysWhenToComeBack() {
        IntStream.range(0, 3)
                .forEach(i -> SessionTest.assertFails(
                        401, () -> echo(Credentials.password("eve" + i + "@example.org", "x"))));

        SessionTest.assertFails(503, () -> echo(ALICE))
                .matches(error -> Integer.parseInt(error.headers().getOrDefault("Retry-After", "0")) > 1);
        SessionTest.assertFails(503, () -> echo(ALICE))
                .matches(error -> Integer.parseInt(error.headers().getOrDefault("Retry-After", "0")) > 1);

        assertThat(pele.loginAttempts()).isEqualTo(4);
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void afterTheTimeItNamedTheLoginIsTriedAgain() {
        IntStream.range(0, 3)
                .forEach(i -> SessionTest.assertFails(
                        401, () -> echo(Credentials.password("eve" + i + "@example.org", "x"))));
        SessionTest.assertFails(503, () -> echo(ALICE));

        clock.updateAndGet(now -> now.plusSeconds(61));
        timing.pass(Duration.ofSeconds(61));

        assertThat(echo(ALICE).status()).isEqualTo(200);
    }

    @Test
    void aBadPasswordTenTimesMeetsTheLoginOnceAndAliceWorksOn() {
        echo(ALICE).orThrow();

        IntStream.range(0, 10).forEach(i -> SessionTest.assertFails(401, () -> echo(BOB)));

        assertThat(pele.loginAttempts("bob@example.org")).isOne();
        assertThat(echo(ALICE).status()).isEqualTo(200);
    }

    @Test
    void thePasswordIsSeenByTheLoginOnly() {
        echo(ALICE).orThrow();
        pele.expireTokens();
        echo(ALICE).orThrow();

        assertThat(pele.passwordSeenOutsideLogin()).isFalse();
    }

    @Test
    void aTokenIsRenewedAheadOfTheEndItNames() {
        pele.tokenLife(Duration.ofMinutes(20));
        echo(ALICE).orThrow();
        timing.pass(Duration.ofMinutes(20).minusSeconds(10));
        pele.hold();

        echo(ALICE).orThrow();

        pele.awaitHeld(1);
        pele.release();
        assertThat(pele.loginAttempts()).isEqualTo(2);
    }

    @AfterEach
    void end() {
        threads.close();
        backend.close();
        pele.close();
    }
}
