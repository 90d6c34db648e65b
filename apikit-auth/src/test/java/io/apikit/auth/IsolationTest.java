package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IsolationTest extends SessionTest {
    @Test
    void twoUsersInterleavedWhileLoginsAreHeldNeverCross() throws ExecutionException {
        var backend = backend();
        server.hold();
        var alices = threads.start(
                50, () -> backend.session(ALICE).get("/whoami").orThrow().text());
        var bobs = threads.start(
                50, () -> backend.session(BOB).get("/whoami").orThrow().text());
        server.awaitHeld(2);
        server.release();

        assertThat(Concurrently.ended(alices)).containsOnly("alice");
        assertThat(Concurrently.ended(bobs)).containsOnly("bob");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void theSameUserWithAWrongPasswordNeverMeetsTheLiveSession() {
        var backend = backend();
        backend.session(ALICE).get("/whoami").orThrow();

        assertFails(
                401,
                () -> backend.session(Credentials.password("alice", "guess")).get("/whoami"));

        assertThat(backend.session(ALICE).get("/whoami").orThrow().text()).isEqualTo("alice");
        assertThat(server.requests()).hasSize(2).allMatch(r -> r.endsWith("token-alice-1"));
    }

    @Test
    void credentialsWhoseTextRunsTogetherAreTwoSessions() {
        server.user("ab", "c").user("a", "bc");
        var backend = backend();

        assertThat(backend.session(Credentials.password("ab", "c"))
                        .get("/whoami")
                        .text())
                .isEqualTo("ab");
        assertThat(backend.session(Credentials.password("a", "bc"))
                        .get("/whoami")
                        .text())
                .isEqualTo("a");
    }

    @Test
    void thePoolIsBoundedAndAForgottenSessionLogsInAgain() {
        var backend = opened(settings().maxSessions(10));
        IntStream.range(0, 100).forEach(i -> {
            server.user("user" + i, "pw");
            backend.session(Credentials.password("user" + i, "pw"))
                    .get("/whoami")
                    .orThrow();
        });
        assertThat(server.loginPosts()).isEqualTo(100);

        IntStream.range(0, 100)
                .forEach(i -> backend.session(Credentials.password("user" + i, "pw"))
                        .get("/whoami")
                        .orThrow());
        assertThat(server.loginPosts()).isBetween(190, 200);
    }

    @Test
    void anIdleSessionIsForgotten() {
        var backend = opened(settings().sessionIdle(java.time.Duration.ofMinutes(1)));
        backend.session(ALICE).get("/whoami").orThrow();
        timing.pass(java.time.Duration.ofSeconds(59));
        backend.session(ALICE).get("/whoami").orThrow();
        assertThat(server.loginPosts()).isOne();
        timing.pass(java.time.Duration.ofSeconds(61));
        backend.session(ALICE).get("/whoami").orThrow();
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void aBusySessionIsForgottenAtItsMaximumAge() {
        var backend = opened(settings().sessionAge(java.time.Duration.ofMinutes(1)));
        IntStream.range(0, 3).forEach(i -> {
            backend.session(ALICE).get("/whoami").orThrow();
            timing.pass(java.time.Duration.ofSeconds(31));
        });
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void aSecretTheBackendReflectsIsMaskedInTheError() {
        var error = backend().session(ALICE).get("/reflect").toError();

        assertThat(error.statusCode()).isEqualTo(500);
        assertThat(error.content()).contains("you sent ***");
    }

    @Test
    void anAuthorOwnHeaderNeverReplacesTheSignature() {
        var answer = backend().session(ALICE).send(BackendRequest.get("/whoami").header("x-token", "forged"));

        assertThat(answer.orThrow().text()).isEqualTo("alice");
    }

    @Test
    void changedServiceCredentialsMeanANewLogin() {
        server.user("alice", "new-password");
        var now = new java.util.concurrent.atomic.AtomicReference<>(BOB);
        var backend = backend();
        assertThat(serviceSession(backend, now::get).get("/whoami").text()).isEqualTo("bob");

        now.set(Credentials.password("alice", "new-password"));

        assertThat(serviceSession(backend, now::get).get("/whoami").text()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }
}
