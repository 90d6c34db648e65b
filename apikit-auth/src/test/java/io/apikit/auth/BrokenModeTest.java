package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a mode throws in a renewal, a log-out or a question, and what it gets to know of an error. */
@Timeout(30)
class BrokenModeTest extends LogOutModeTest {
    /** Renews and logs out by an exception that quotes the token. */
    private static final class ThrowingMode extends LogOutMode {
        @Override
        public Login renew(Login ended, Credentials credentials, LoginTransport bare) {
            throw new IllegalStateException("cannot read " + ended.signature());
        }

        @Override
        public void logOut(Login login, LoginTransport bare) {
            throw new StackOverflowError("cannot end " + login.signature());
        }
    }

    @Test
    void aRenewalThatThrowsIsABrokenLoginAndTheNextOneLogsIn() throws Exception {
        var session = opened(settings().defaultAuth(new ThrowingMode())).session(ALICE);
        whoami(session);
        server.expireAll();
        try (var log = LibraryLog.opened()) {
            assertFails(502, () -> session.get("/whoami"))
                    .matches(error -> error.content().orElse("").endsWith("The auth mode token failed in renew."));

            assertThat(log.await(Level.WARN, "The auth mode token failed in renew"))
                    .contains("IllegalStateException at [")
                    .doesNotContain("token-alice");
            assertThat(log.count("token-alice")).isZero();
        }
        timing.pass(Duration.ofSeconds(6));
        assertThat(whoami(session)).isEqualTo("alice");
    }

    @Test
    void aLogOutThatThrowsIsLoggedWithoutItsMessage() throws Exception {
        var backend = opened(settings().defaultAuth(new ThrowingMode()));
        whoami(backend.session(ALICE));
        try (var log = LibraryLog.opened()) {
            backend.close();

            assertThat(log.await(Level.WARN, "The auth mode token failed in logOut"))
                    .contains("StackOverflowError at [")
                    .doesNotContain("token-alice");
            assertThat(log.await(Level.WARN, "A log-out at " + server.url() + " failed"))
                    .contains("The auth mode token failed in logOut.");
            assertThat(log.count("token-alice")).isZero();
        }
    }

    /** The token endpoint quotes what it was sent. */
    private static final class QuotedMode extends LogOutMode {
        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            return super.logIn(credentials, bare).secret("refresh", "never-shown");
        }

        @Override
        public Login renew(Login ended, Credentials credentials, LoginTransport bare) {
            throw BackendError.of(
                    502,
                    "unknown token " + ended.secret("refresh").orElseThrow() + " of "
                            + ended.header("X-Token").orElseThrow());
        }
    }

    @Test
    void aRenewalsErrorShowsNothingOfTheLoginThatEnded() throws Exception {
        var session = opened(settings().defaultAuth(new QuotedMode())).session(ALICE);
        whoami(session);
        server.expireAll();
        try (var log = LibraryLog.opened()) {
            assertFails(502, () -> session.get("/whoami"))
                    .matches(error -> error.content().orElse("").endsWith("unknown token *** of ***"));

            assertThat(log.await(Level.WARN, "The login to")).contains("unknown token *** of ***");
        }
    }

    /** Reads the status of its question from an error. */
    private static final class CatchingMode extends LogOutMode {
        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
            if (response.status() != 403) {
                return Verdict.ACCEPTED;
            }
            try {
                ask.send(used.sign(BackendRequest.get("/whoami"))).orThrow();
                return Verdict.DENIED;
            } catch (BackendError e) {
                return e.statusCode() == 401 ? Verdict.EXPIRED : Verdict.DENIED;
            }
        }
    }

    /** A 401 to a caller of a service account would be wrong, but the mode has to know it. */
    @Test
    void errorOfAQuestionHasTheStatusOfItsResponse() {
        var backend = opened(settings().defaultAuth(new CatchingMode()));
        for (var session : List.of(backend.session(BOB), serviceSession(backend, () -> ALICE))) {
            whoami(session);
            var logins = server.loginPosts();
            server.expireAll();

            assertThat(session.get("/forbidden").status()).isEqualTo(403);
            assertThat(server.loginPosts()).isEqualTo(logins + 1);
        }
    }
}
