package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.testkit.systems.FakeFirecrest;
import io.apikit.testkit.systems.FakeFirecrestV2;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** FirecREST: client credentials at an origin of their own, tokens of five minutes, and a version 2 that wants 30 s left. */
class FirecrestTest {
    private static final Credentials CLIENT = Credentials.password("my-client", "wonderland");

    private final AtomicReference<Instant> clock = new AtomicReference<>(Instant.now());
    private final FakeFirecrestV2 firecrest = FakeFirecrestV2.builder()
            .client("my-client", "wonderland")
            .tokenLife(Duration.ofMinutes(5))
            .minimumLife(Duration.ofSeconds(30))
            .clock(clock::get)
            .start();
    private final FakeTiming timing = new FakeTiming();
    private final Backend backend = Backend.at(firecrest.url())
            .auth(Authenticator.clientCredentials(options ->
                    options.tokenUri(firecrest.tokenEndpoint().tokenUri()).margin(Duration.ofMinutes(1))))
            .timing(timing)
            .random(() -> 0)
            .build();
    private final Concurrently threads = new Concurrently();

    private BackendResponse systems() {
        return backend.session(CLIENT).get("/status/systems");
    }

    private void pass(Duration duration) {
        clock.updateAndGet(now -> now.plus(duration));
        timing.pass(duration);
    }

    @Test
    void withAMarginNoCallerEverMeetsATokenTheServerFindsTooOld() {
        systems().orThrow();
        for (var minutes = 0; minutes < 5; minutes++) {
            var logins = backend.sessions().of(backend.accounts().of(CLIENT)).login();
            var old = logins.currentOrNew(SessionTest.soon());
            pass(Duration.ofMinutes(4));
            assertThat(systems().status()).isEqualTo(200);
            awaitReplacement(logins, old);
            assertThat(systems().status()).isEqualTo(200);
        }
        assertThat(firecrest.unauthorized()).isZero();
        assertThat(firecrest.tokenEndpoint().logins()).isEqualTo(6);
    }

    @Test
    void withoutTheMarginTheServerRejectsWhatItFindsTooOldAndItIsRenewedUnseen() {
        firecrest.minimumLife(Duration.ofMinutes(2));
        systems().orThrow();
        pass(Duration.ofSeconds(200));

        assertThat(systems().status()).isEqualTo(200);
        assertThat(firecrest.unauthorized()).isOne();
    }

    private static void awaitReplacement(CurrentLogin logins, LoginGeneration old) {
        var patience = SessionTest.soon();
        while (logins.currentOrNew(patience) == old && !patience.isExpired()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void sixteenColdCallsMakeOneTokenCall() throws ExecutionException {
        var calls = threads.start(16, () -> systems().status());

        assertThat(Concurrently.ended(calls)).containsOnly(200);
        assertThat(firecrest.tokenEndpoint().loginAttempts()).isOne();
    }

    @Test
    void aDenialForEverCostsOneRenewalAtMost() {
        firecrest.deny(true);

        IntStream.range(0, 5).forEach(i -> assertThat(systems().status()).isEqualTo(401));

        assertThat(firecrest.tokenEndpoint().loginAttempts()).isEqualTo(2);
    }

    /** The target was accepted before: one rejection of a new login may be a bad moment, three are none. */
    @Test
    void aDenialThatBeginsLaterCostsThreeRenewals() {
        systems().orThrow();
        firecrest.deny(true);

        IntStream.range(0, 5).forEach(i -> assertThat(systems().status()).isEqualTo(401));

        assertThat(firecrest.tokenEndpoint().loginAttempts()).isEqualTo(1 + 3);
    }

    @Test
    void theTokenThatARejectionCarriesBackReachesNoCaller() {
        systems().orThrow();
        firecrest.deny(true);

        var rejected = systems();
        var error = rejected.toError();

        assertThat(rejected.header("auth-token")).isPresent();
        assertThat(error.headers()).doesNotContainKey("auth-token");
        assertThat(error.toString())
                .doesNotContain(rejected.header("auth-token").orElseThrow());
    }

    @Test
    void aLimitThatNamesAYearIsAnsweredAtOnce() {
        systems().orThrow();
        firecrest.rateLimited("31536000");

        assertThat(systems().status()).isEqualTo(429);
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void aLimitOfSecondsIsWaitedForWithinTheDeadline() {
        systems().orThrow();
        firecrest.rateLimited(1, "Retry-After", "7");

        assertThat(systems().status()).isEqualTo(200);
        assertThat(timing.slept()).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void aLimitThatNamesADateIsWaitedForAsWell() {
        systems().orThrow();
        var soon = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(9));
        firecrest.rateLimited(1, "Retry-After", soon);

        assertThat(systems().status()).isEqualTo(200);
        assertThat(timing.slept())
                .singleElement()
                .satisfies(pause -> assertThat(pause).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(9)));
    }

    @Test
    void aResetOfTheLimitIsWaitedForWithinTheDeadline() {
        systems().orThrow();
        firecrest.rateLimited(1, "RateLimit-Reset", "7");

        assertThat(systems().status()).isEqualTo(200);
        assertThat(timing.slept()).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void aResetThatIsFarAwayIsAPrompt429() {
        systems().orThrow();
        firecrest.rateLimited(1, "RateLimit-Reset", "3600");

        assertThat(systems().status()).isEqualTo(429);
        assertThat(timing.slept()).isEmpty();
    }

    @Test
    void garbageInALimitIsAnOrdinaryRetry() {
        systems().orThrow();
        firecrest.rateLimited(1, "Retry-After", "soon");

        assertThat(systems().status()).isEqualTo(200);
        assertThat(timing.slept()).hasSize(1).allMatch(pause -> pause.compareTo(Duration.ofSeconds(1)) < 0);
    }

    @Test
    void aSecretRotatedAtTheProviderIsARefusalOnce() {
        systems().orThrow();
        firecrest.tokenEndpoint().rotateSecret("my-client", "changed");
        firecrest.tokenEndpoint().expireTokens();

        IntStream.range(0, 3).forEach(i -> SessionTest.assertFails(401, this::systems));
        assertThat(firecrest.tokenEndpoint().loginAttempts()).isEqualTo(2);

        var changed = backend.session(Credentials.password("my-client", "changed"));
        assertThat(changed.get("/status/systems").status()).isEqualTo(200);
    }

    /** Version 1 has no rule of 30 s, and its 401 has neither a challenge nor the token. */
    @Test
    void versionOneRejectsATokenOnceItHasExpiredAndItIsRenewedUnseen() {
        try (var old = FakeFirecrest.builder()
                        .tokenEndpoint(firecrest.tokenEndpoint())
                        .start();
                var session = sessions(old)) {
            assertThat(session.session(CLIENT).get("/status/systems").status()).isEqualTo(200);
            firecrest.tokenEndpoint().expireTokens();

            assertThat(session.session(CLIENT).get("/status/systems").status()).isEqualTo(200);
            assertThat(old.unauthorized()).isOne();
        }
    }

    @Test
    void theMachineIsAHeaderOfTheRequest() {
        var jobs = BackendRequest.get("/compute/jobs");
        try (var old = FakeFirecrest.builder()
                        .tokenEndpoint(firecrest.tokenEndpoint())
                        .start();
                var session = sessions(old)) {
            assertThat(session.session(CLIENT).send(jobs).status()).isEqualTo(400);
            assertThat(session.session(CLIENT)
                            .send(jobs.header("X-Machine-Name", "daint"))
                            .text())
                    .contains("task_id");
        }
    }

    private Backend sessions(FakeFirecrest old) {
        return Backend.at(old.url())
                .auth(Authenticator.clientCredentials(
                        options -> options.tokenUri(firecrest.tokenEndpoint().tokenUri())))
                .timing(timing)
                .build();
    }

    @AfterEach
    void end() {
        threads.close();
        backend.close();
        firecrest.close();
    }
}
