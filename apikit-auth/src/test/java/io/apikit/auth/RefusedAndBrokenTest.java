package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.auth.LoginAttempt.LoginMetrics;
import io.apikit.auth.internal.logins.AbandonedLogins;
import io.apikit.auth.internal.logins.LoginThreads;
import io.apikit.auth.internal.targets.RejectedTargets;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.HttpTransport;
import io.apikit.http.internal.url.BackendLabel;
import io.apikit.http.internal.url.BaseUrl;
import io.apikit.internal.util.SingleFlight;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusedAndBrokenTest extends SessionTest {
    private static final Credentials WRONG = Credentials.password("alice", "wrong-secret");

    @Test
    void aWrongPasswordMeetsTheLoginOnceInTheCoolDown() {
        var backend = backend();

        var calls = threads.start(100, () -> backend.session(WRONG).get("/whoami"));
        calls.forEach(call -> assertFails(401, call));
        assertFails(401, () -> backend.session(WRONG).get("/whoami"));

        assertThat(server.loginPosts()).isOne();
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void afterTheCoolDownItIsTriedAgain() {
        var backend = backend();
        assertFails(401, () -> backend.session(WRONG).get("/whoami"));

        timing.pass(Duration.ofSeconds(29));
        assertFails(401, () -> backend.session(WRONG).get("/whoami"));
        assertThat(server.loginPosts()).isOne();

        timing.pass(Duration.ofSeconds(2));
        assertFails(401, () -> backend.session(WRONG).get("/whoami"));
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void theRefusalIsAnUnauthorizedWithTheChallenge() {
        var backend = backend();

        assertFails(401, () -> backend.session(WRONG).get("/whoami"))
                .matches(error -> error.headers().containsValue("Basic realm=\"custom\""))
                .matches(error -> error.content().orElse("").equals("Wrong user name or password."));
    }

    @Test
    void aPasswordThatIsAWordOfOurOwnMessageIsNotGivenAwayByAMask() {
        var backend = backend();

        assertFails(
                        401,
                        () -> backend.session(Credentials.password("alice", "Wrong"))
                                .get("/whoami"))
                .matches(error -> error.content().orElse("").equals("Wrong user name or password."));
    }

    @Test
    void whatABrokenLoginReflectsIsMasked() {
        server.loginStatus(500);
        var login = Credentials.password("alice", "login");

        assertFails(502, () -> backend().session(login).get("/whoami"))
                .matches(error -> error.content().orElse("").endsWith("failed: *** says 500"));
    }

    @Test
    void anotherPasswordIsTriedAtOnce() {
        var backend = backend();
        assertFails(401, () -> backend.session(WRONG).get("/whoami"));

        assertThat(backend.session(ALICE).get("/whoami").orThrow().text()).isEqualTo("alice");
    }

    @Test
    void aPasswordChangedAtTheBackendEndsTheSessionItHad() {
        var backend = backend();
        backend.session(ALICE).get("/whoami").orThrow();
        server.user("alice", "changed");
        server.expireAll();

        assertFails(401, () -> backend.session(ALICE).get("/whoami"));
        assertFails(401, () -> backend.session(ALICE).get("/whoami"));

        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(server.requests()).hasSize(2);
    }

    @Test
    void aServiceAccountThatIsRefusedIsABadGateway() {
        var session = serviceSession(backend(), () -> WRONG);

        assertFails(502, () -> session.get("/whoami"))
                .matches(error -> error.headers().isEmpty());
    }

    @Test
    void aBrokenLoginTellsAllWhoWaitAndIsTriedAgainAfterTheBackOff() {
        var backend = backend();
        server.loginStatus(500);
        server.hold();
        var calls = threads.start(20, () -> backend.session(ALICE).get("/whoami"));
        server.awaitHeld(1);
        server.release();
        calls.forEach(call -> assertFails(502, call));
        assertThat(server.loginPosts()).isOne();

        server.loginStatus(200);
        timing.pass(Duration.ofMillis(999));
        assertFails(502, () -> backend.session(ALICE).get("/whoami"));
        timing.pass(Duration.ofMillis(2));
        assertThat(backend.session(ALICE).get("/whoami").orThrow().text()).isEqualTo("alice");
    }

    @Test
    void theBackOffDoublesUpToFiveSeconds() {
        var backend = backend();
        server.loginStatus(500);
        var waits = new long[] {0, 1, 2, 4, 5, 5};
        for (var i = 0; i < waits.length; i++) {
            timing.pass(Duration.ofSeconds(waits[i]).minusMillis(i == 0 ? 0 : 1));
            if (i > 0) {
                assertFails(502, () -> backend.session(ALICE).get("/whoami"));
                assertThat(server.loginPosts()).isEqualTo(i);
                timing.pass(Duration.ofMillis(1));
            }
            assertFails(502, () -> backend.session(ALICE).get("/whoami"));
            assertThat(server.loginPosts()).isEqualTo(i + 1);
        }
    }

    @Test
    void aLoginsTooManyRequestsIsServiceUnavailableToTheCaller() {
        server.loginStatus(429);
        var backend = backend();

        assertFails(503, () -> backend.session(ALICE).get("/whoami"));
    }

    @Test
    void aLoginThatHangsFreesEachWaiterAtItsOwnDeadline() {
        var backend = opened(settings().timing(io.apikit.http.Timing.system()));
        server.hold();

        var brief = BackendRequest.get("/whoami").timeout(Duration.ofMillis(200));
        var patient = threads.start(
                1, () -> backend.session(ALICE).get("/whoami").orThrow().text());
        server.awaitHeld(1);
        var hasty = threads.start(5, () -> backend.session(ALICE).send(brief));

        hasty.forEach(call -> assertFails(504, call));
        assertThat(patient.get(0).isDone()).isFalse();
        server.release();
        assertThat(patient)
                .allSatisfy(call -> assertThat(Concurrently.ended(call)).isEqualTo("alice"));
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void aLoginThatOutlivesItsDeadlineIsBroken() {
        var backend = opened(settings()
                .timing(io.apikit.http.Timing.system())
                .http(HttpOptions.builder().totalTimeout(Duration.ofMillis(200)).build()));
        server.hold();

        assertFails(504, () -> backend.session(ALICE).get("/whoami"));
    }

    @Test
    void theCallerThatStartedTheLoginMayGoAndTheOthersStillSucceed() throws Exception {
        var backend = backend();
        server.hold();
        var leader =
                threads.start(1, () -> backend.session(ALICE).get("/whoami")).get(0);
        server.awaitHeld(1);
        var others = threads.start(
                10, () -> backend.session(ALICE).get("/whoami").orThrow().text());

        leader.cancel(true);
        server.release();

        assertThat(Concurrently.ended(others)).containsOnly("alice");
        assertThat(server.loginPosts()).isOne();
    }

    @Test
    void anExceptionOfTheModeIsABrokenLoginAndItsMessageIsNotShown() {
        var backend = opened(settings().auth(new io.apikit.custom.TokenMode() {
            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) {
                throw new IllegalStateException("unexpected: wonderland");
            }
        }));

        assertFails(502, () -> backend.session(ALICE).get("/whoami"))
                .matches(error -> !error.content().orElse("").contains("wonderland"));
    }

    @Test
    void callersGetAnErrorOfTheirOwn() {
        var backend = backend();
        server.loginStatus(500);
        var errors = IntStream.range(0, 2)
                .mapToObj(i -> org.assertj.core.api.Assertions.catchThrowableOfType(
                        BackendError.class, () -> backend.session(ALICE).get("/whoami")))
                .toList();

        assertThat(errors.get(0)).isNotSameAs(errors.get(1));
    }

    @Test
    void whatABrokenLoginReflectsIsInNoTraceEither() {
        server.loginStatus(500);
        server.reflect(true);

        var error = org.assertj.core.api.Assertions.catchThrowable(
                () -> backend().session(ALICE).get("/whoami"));
        var trace = new java.io.StringWriter();
        error.printStackTrace(new java.io.PrintWriter(trace));

        assertThat(trace.toString()).contains("login says 500").doesNotContain("wonderland");
    }

    @Test
    void aLoginThatIgnoresItsDeadlineIsGivenUpAndTheNextOneTries() {
        var attempts = new java.util.concurrent.atomic.AtomicInteger();
        var never = new java.util.concurrent.CountDownLatch(1);
        var backend = opened(settings()
                .timing(io.apikit.http.Timing.system())
                .http(HttpOptions.builder().totalTimeout(Duration.ofMillis(200)).build())
                .auth(new io.apikit.custom.TokenMode() {
                    @Override
                    public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
                        if (attempts.incrementAndGet() == 1) {
                            await(never);
                        }
                        return super.logIn(credentials, bare);
                    }
                }));

        var patience = SessionTest.soon();
        var answer = "";
        while (answer.isEmpty() && !patience.isExpired()) {
            try {
                answer = backend.session(ALICE).get("/whoami").orThrow().text();
            } catch (BackendError notYet) {
                assertThat(notYet.statusCode()).isEqualTo(504);
            }
        }
        never.countDown();

        assertThat(answer).isEqualTo("alice");
        assertThat(attempts).hasValue(2);
    }

    @Test
    void aLoginThatCannotBeStartedFreesItsPlace() {
        var starts = new java.util.concurrent.atomic.AtomicInteger();
        var client = HttpTransport.to(server.url(), HttpOptions.defaults(), RetryPolicy.standard());
        var account = new Account(ALICE, false, java.util.Optional.empty());
        var settings = SessionSettings.builder().timing(timing).build();
        var mode = GuardedAuthenticator.of(new io.apikit.custom.TokenMode(), timing);
        var bare = BareTransport.create(client, timing);
        var attempt = new LoginAttempt(
                mode,
                account,
                bare,
                settings.loginCap(),
                Duration.ofSeconds(10),
                timing,
                new LoginMetrics(client.metrics()));
        Executor threads = login -> {
            if (starts.incrementAndGet() == 1) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            login.run();
        };
        var rejected = new RejectedTargets(settings.bounded(1), timing, settings.coolDown());
        var logOut = new LogOutAttempt(mode, bare, timing, client.metrics(), null);
        var pool = new SessionPool(
                settings,
                (opened, entry) -> {
                    var logins = new CurrentLogin(
                            new SharedLogin(null, opened, attempt, entry),
                            new LoginThreads(
                                    threads,
                                    new AbandonedLogins(
                                            BackendLabel.of(null, BaseUrl.origin(server.url())), "token", timing)),
                            settings,
                            logOut.ofSession(opened, entry),
                            new SingleFlight<>());
                    var authenticating = AuthenticatingTransport.create(
                            opened, logins, rejected.ofNewSession(), AuthenticatingTransport.Fallback.NONE, client);
                    return new CallerSession(opened, logins, authenticating, authenticating);
                },
                null);
        var logins = pool.session(account).login();

        assertFails(503, () -> logins.currentOrNew(soon()));

        assertThat(logins.currentOrNew(soon()).number()).isOne();
        client.close();
    }

    @Test
    void aLoginThatIsTooBusySaysWhenToComeBackEvenIfItDidNot() {
        server.loginStatus(429);

        assertFails(503, () -> backend().session(ALICE).get("/whoami"))
                .matches(error -> "1".equals(error.headers().get("Retry-After")));
    }

    private static void await(java.util.concurrent.CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aLoginThatNamesADateIsNotTriedBefore() {
        var date = java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC).plusSeconds(60));
        var error = BackendError.of(503, "later").withHeader("Retry-After", date);
        var failure = LoginFailure.broken(error, 0);

        assertThat(failure.isFresh(Duration.ofSeconds(50).toNanos())).isTrue();
        assertThat(failure.isFresh(Duration.ofSeconds(61).toNanos())).isFalse();
        assertThat(Integer.parseInt(failure.errorAt(0).headers().getOrDefault("Retry-After", "")))
                .isBetween(50, 60);
    }

    @Test
    void aLoginThatNamesAYearIsTriedAgainAfterFiveMinutes() {
        var error = BackendError.of(503, "later").withHeader("Retry-After", "99999999999");
        var failure = LoginFailure.broken(error, 0);

        assertThat(failure.isFresh(Duration.ofSeconds(299).toNanos())).isTrue();
        assertThat(failure.isFresh(Duration.ofSeconds(301).toNanos())).isFalse();
    }
}
