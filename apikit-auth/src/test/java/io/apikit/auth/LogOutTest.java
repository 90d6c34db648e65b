package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.HttpOptions;
import java.time.Duration;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a session logs out, and when. */
@Timeout(30)
class LogOutTest extends LogOutModeTest {
    private static final String LOG_OUTS = "apikit_backend_logouts_seconds_count";

    @Test
    void aReplacedLoginIsLoggedOut() {
        var session = backend().session(ALICE);
        whoami(session);
        renewAhead(session);

        awaitLoggedOut("token-alice-1");
        assertThat(whoami(session)).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void aReplacedLoginIsLoggedOutAfterTheRequestUnderIt() throws Exception {
        var session = backend().session(ALICE);
        server.holdAnswers();
        var call = gated(session);
        renewAhead(session);
        assertThat(server.loggedOut()).isEmpty();

        server.answer();

        assertThat(Concurrently.ended(call)).isEqualTo("alice");
        awaitLoggedOut("token-alice-1");
    }

    @Test
    void aReplacedLoginIsLoggedOutAfterTheStreamUnderIt() throws Exception {
        var backend = backend();
        var port = serve(
                backend,
                () -> get("/streamed", ctx -> backend.session(ctx).stream(BackendRequest.get("/streamed"), ctx)));
        server.holdAnswers();
        var call = threads.start(
                        1, () -> askAs("alice", "wonderland", port, "/streamed").body())
                .get(0);
        server.awaitHeldAnswer();
        renewAhead(backend.session(ALICE));
        assertThat(server.loggedOut()).isEmpty();

        server.answer();

        assertThat(Concurrently.ended(call)).isEqualTo("<>");
        awaitLoggedOut("token-alice-1");
    }

    @Test
    void aModeMayKeepWhatWasReplacedUntilItsSessionEnds() {
        var backend = opened(settings().defaultAuth(new LogOutMode(Authenticator.LogOutScope.LAST_LOGIN)));
        var session = backend.session(ALICE);
        whoami(session);
        renewAhead(session);
        assertThat(server.loggedOut()).isEmpty();

        backend.close();

        awaitLoggedOut("token-alice-2");
    }

    @Test
    void aRejectedLoginIsNotLoggedOut() {
        var backend = backend();
        whoami(backend.session(ALICE));
        server.expireAll();
        whoami(backend.session(ALICE));

        backend.close();

        awaitLoggedOut("token-alice-2");
    }

    @Test
    void aFixedLoginIsNotLoggedOut() {
        var backend = opened(settings().defaultAuth(new LogOutMode() {
            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
                return Login.fixed(super.logIn(credentials, bare).signature());
            }
        }));
        whoami(backend.session(ALICE));

        backend.close();

        assertThat(server.loggedOut()).isEmpty();
    }

    @Test
    void anIdleSessionIsLoggedOutAndAnotherOneBegins() {
        var backend = opened(settings().sessionIdle(Duration.ofMinutes(1)));
        whoami(backend.session(ALICE));
        timing.pass(Duration.ofSeconds(61));

        assertThat(whoami(backend.session(ALICE))).isEqualTo("alice");

        awaitLoggedOut("token-alice-1");
        assertThat(whoami(backend.session(ALICE))).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void aSessionWithoutRoomIsLoggedOut() {
        var backend = opened(settings().maxSessions(1));
        whoami(backend.session(ALICE));
        whoami(backend.session(BOB));

        await(() -> backend.sessions().size() == 1);

        await(() -> server.loggedOut().size() == 1);
    }

    @ParameterizedTest
    @EnumSource(names = {"EVERY_LOGIN", "LAST_LOGIN"})
    void aForgottenSessionGoesOnForItsRequestsAndTheNextOneIsAnother(Authenticator.LogOutScope scope) throws Exception {
        var backend = opened(settings().sessionAge(Duration.ofMinutes(1)).defaultAuth(new LogOutMode(scope)));
        server.holdAnswers();
        var call = gated(backend.session(ALICE));
        timing.pass(Duration.ofSeconds(61));

        assertThat(whoami(backend.session(ALICE))).isEqualTo("alice");
        assertThat(server.loggedOut()).isEmpty();
        server.answer();

        assertThat(Concurrently.ended(call)).isEqualTo("alice");
        awaitLoggedOut("token-alice-1");
        assertThat(whoami(backend.session(ALICE))).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    /** A handler keeps its view of a session, as a poll does. */
    @Test
    void aViewOfAForgottenSessionGoesOnUnderTheNextOne() {
        var backend = opened(settings().sessionIdle(Duration.ofMinutes(1)));
        var kept = backend.session(ALICE);
        whoami(kept);
        timing.pass(Duration.ofSeconds(61));
        assertThat(backend.sessions().size()).isZero();
        awaitLoggedOut("token-alice-1");

        for (var i = 0; i < 3; i++) {
            assertThat(whoami(kept)).isEqualTo("alice");
        }

        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(server.requests()).noneMatch(request -> request.contains("expired"));
        assertThat(backend.sessions().size()).isOne();
    }

    /** The requests of the forgotten session may have to renew: its login must not be logged out at its birth. */
    @Test
    void aForgottenSessionRenewsForItsRequests() throws Exception {
        var backend = opened(settings().sessionAge(Duration.ofSeconds(1)));
        whoami(backend.session(ALICE));
        server.expireAll();
        server.holdAnswers();
        var call = gated(backend.session(ALICE));
        timing.pass(Duration.ofSeconds(2));
        assertThat(backend.sessions().size()).isZero();

        server.answer();

        assertThat(Concurrently.ended(call)).isEqualTo("alice");
        awaitLoggedOut("token-alice-2");
    }

    @Test
    void aChangedPasswordOfTheServiceLogsTheOldSessionOut() {
        var own = new AtomicReference<>(ALICE);
        var backend = backend();
        whoami(serviceSession(backend, own::get));
        server.user("alice", "looking-glass");
        own.set(Credentials.password("alice", "looking-glass"));

        await(() -> whoami(serviceSession(backend, own::get)).equals("alice")
                && server.loggedOut().contains("token-alice-1"));

        assertThat(server.loginPosts()).isEqualTo(2);
        assertThat(whoami(serviceSession(backend, own::get))).isEqualTo("alice");
        awaitLoggedOut("token-alice-1");
    }

    /** The pool forgets the session that requests go on under, since the new password is refused. */
    @Test
    void anOldPasswordsSessionThatIsNeededIsNotLoggedOut() {
        var own = new AtomicReference<>(ALICE);
        var backend = opened(settings().sessionIdle(Duration.ofMinutes(1)));
        whoami(serviceSession(backend, own::get));
        own.set(Credentials.password("alice", "looking-glass"));
        whoami(serviceSession(backend, own::get));
        await(() -> server.refusals() == 1);
        timing.pass(Duration.ofSeconds(61));
        backend.sessions().size();

        assertThat(whoami(serviceSession(backend, own::get))).isEqualTo("alice");
        assertThat(server.requests()).allMatch(request -> request.endsWith("token-alice-1"));
        assertThat(server.loggedOut()).isEmpty();

        backend.close();
        awaitLoggedOut("token-alice-1");
    }

    /** As some backends do: to log the older one out would end the one in use. */
    @Test
    void aTokenThatComesAgainIsLoggedOutOnce() throws Exception {
        var backend = opened(settings().sessionAge(LIFE.multipliedBy(2)).defaultAuth(new OneTokenMode()));
        whoami(backend.session(ALICE));
        timing.pass(LIFE.plusSeconds(1));
        whoami(backend.session(ALICE));
        server.holdAnswers();
        var call = gated(backend.session(ALICE));
        timing.pass(LIFE);
        assertThat(whoami(backend.session(ALICE))).isEqualTo("alice");
        server.answer();
        assertThat(Concurrently.ended(call)).isEqualTo("alice");

        backend.close();

        awaitLoggedOut("token-alice-1");
        assertThat(server.rejections()).isZero();
    }

    /** To each login of a user, some backends give the same token, whatever the password was. */
    @Test
    void aTokenThatAnotherSessionOfTheUserHasIsNotLoggedOut() {
        var own = new AtomicReference<>(ALICE);
        var backend = opened(settings().defaultAuth(new OneTokenMode()));
        whoami(serviceSession(backend, own::get));
        own.set(Credentials.password("alice", "looking-glass"));
        var changed = backend.sessions().of(backend.accounts().ofService(own::get));
        await(() -> changed.login().latest().isPresent()
                || whoami(serviceSession(backend, own::get)).isEmpty());

        for (var i = 0; i < 3; i++) {
            assertThat(whoami(serviceSession(backend, own::get))).isEqualTo("alice");
        }

        assertThat(server.rejections()).isZero();
        assertThat(server.loggedOut()).isEmpty();
    }

    /** Gets one token, and gives it to each login. */
    private static final class OneTokenMode extends LogOutMode {
        private final AtomicReference<Login> only = new AtomicReference<>();

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            if (only.get() == null) {
                only.set(super.logIn(credentials, bare));
            }
            return only.get();
        }
    }

    /** A log-out takes no time here: the clock, which the calls move, is also that of a log-out's deadline. */
    @Test
    void everyLoginIsLoggedOutOnceAndNoneThatIsInUse() throws Exception {
        var loggedOut = new CopyOnWriteArrayList<String>();
        var mode = new LogOutMode() {
            @Override
            public void logOut(Login login, LoginTransport bare) {
                var token = login.header("X-Token").orElseThrow();
                loggedOut.add(token);
                server.expire(token);
            }
        };
        var patient = HttpOptions.builder().totalTimeout(Duration.ofDays(1)).build();
        var backend = opened(settings()
                .defaultAuth(mode)
                .sessionIdle(LIFE.multipliedBy(20))
                .http(patient)
                .breaker(BreakerPolicy.none()));
        var calls = threads.start(4, () -> {
            for (var i = 0; i < 50; i++) {
                timing.pass(Duration.ofSeconds(30));
                whoami(backend.session(ALICE));
            }
            return "done";
        });
        for (var call : calls) {
            assertThat(Concurrently.ended(call)).isEqualTo("done");
        }
        await(() -> loggedOut.size() == server.loginPosts() - 1);

        backend.close();

        assertThat(server.rejections()).isZero();
        assertThat(server.loginPosts()).isGreaterThan(5);
        assertThat(loggedOut).doesNotHaveDuplicates().hasSize(server.loginPosts());
    }

    @Test
    void aLogOutThatFailsIsCountedAndLoggedOnceAMinute() throws Exception {
        var backend = opened(settings().sessionIdle(Duration.ofMinutes(1)).defaultAuth(new LogOutMode() {
            @Override
            public void logOut(Login login, LoginTransport bare) {
                throw BackendError.of(502, "cannot end " + login.signature().get("X-Token"));
            }
        }));
        var port = serveWhoami(backend);
        try (var log = LibraryLog.opened()) {
            whoami(backend.session(ALICE));
            whoami(backend.session(BOB));
            awaitBroken(backend, port, 2);
            whoami(backend.session(ALICE));
            awaitBroken(backend, port, 3);

            var failed = "A log-out at " + server.url() + " failed";
            assertThat(log.linesFrom(Level.WARN))
                    .filteredOn(line -> line.contains(failed))
                    .hasSize(2)
                    .allMatch(line -> line.contains("cannot end ***"));
            assertThat(log.count("token-")).isZero();
            assertThat(scraped(port).value(LOG_OUTS, "success")).isZero();
        }
    }

    /** Ends all sessions. A log-out is counted after it is logged. */
    private void awaitBroken(Backend backend, int port, int logOuts) {
        timing.pass(Duration.ofSeconds(61));
        assertThat(backend.sessions().size()).isZero();
        await(() -> scraped(port).value(LOG_OUTS, "broken") == logOuts);
    }

    private Scraped scraped(int port) {
        try {
            return new Scraped(ask(port, "/metrics").body());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
