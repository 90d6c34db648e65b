package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a password that is wrong costs the account it is tried on, and what it can see. */
class WrongPasswordTest extends FrontDoorTest {
    private static final int CALLS = 10_000;
    private static final int LANES = 50;

    @Test
    void tenThousandRequestsWithAWrongPasswordCostOneLoginPerCoolDown() throws ExecutionException {
        var backend = opened(settings().loginCoolDown(Duration.ofMinutes(1)));
        var wrong = Credentials.password("alice", "looking-glass");

        for (var coolDown = 1; coolDown <= 4; coolDown++) {
            var lanes = threads.start(LANES, () -> {
                for (var i = 0; i < CALLS / LANES / 4; i++) {
                    assertFails(401, () -> backend.session(wrong).get("/whoami"));
                }
                return true;
            });
            assertThat(Concurrently.ended(lanes)).containsOnly(true);
            assertThat(server.loginPosts()).isEqualTo(coolDown);
            timing.pass(Duration.ofMinutes(1L << (coolDown - 1)));
        }

        assertThat(server.requests()).isEmpty();
        assertThat(backend.session(ALICE).get("/whoami").orThrow().text()).isEqualTo("alice");
    }

    @Test
    void aCallerWithAWrongPasswordFailsFastUntilTheCoolDownEndsOrItShowsAnother() throws Exception {
        var port = serveWhoami(backend());

        for (var i = 0; i < 20; i++) {
            var answer = askAs("alice", "looking-glass", port, "/whoami");
            assertThat(answer.statusCode()).isEqualTo(401);
            assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Basic realm=\"custom\"");
        }
        assertThat(server.loginPosts()).isOne();
        assertThat(askAs("alice", "wonderland", port, "/whoami").body()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);

        server.user("alice", "looking-glass");
        timing.pass(Duration.ofSeconds(29));
        assertThat(askAs("alice", "looking-glass", port, "/whoami").statusCode())
                .isEqualTo(401);
        assertThat(server.loginPosts()).isEqualTo(2);
        timing.pass(Duration.ofSeconds(1));
        assertThat(askAs("alice", "looking-glass", port, "/whoami").body()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(3);
    }

    @Test
    void aServiceAccountWithAWrongPasswordIsTriedAgainOnceItsSecretChanges() throws Exception {
        var secret = new AtomicReference<>(Credentials.password("alice", "looking-glass"));
        var port = serveWhoami(opened(settings().credentials(secret::get)));
        for (var i = 0; i < 20; i++) {
            assertThat(ask(port, "/whoami").statusCode()).isEqualTo(502);
        }
        assertThat(server.loginPosts()).isOne();

        secret.set(Credentials.password("alice", "wonderland"));

        assertThat(ask(port, "/whoami").body()).isEqualTo("alice");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @Test
    void theSameUserWithAChangedOrWrongPasswordNeverUsesTheOldSession() throws Exception {
        var port = serveWhoami(opened(settings().refusalsPerUser(10, Duration.ofMinutes(20))));
        assertThat(askAs("alice", "wonderland", port, "/whoami").body()).isEqualTo("alice");

        assertThat(askAs("alice", "looking-glass", port, "/whoami").statusCode())
                .isEqualTo(401);
        assertThat(askAs("alice", "wonderlan", port, "/whoami").statusCode()).isEqualTo(401);
        assertThat(askAs("alice", "wonderland2", port, "/whoami").statusCode()).isEqualTo(401);
        assertThat(server.requests()).containsExactly("GET /whoami token-alice-1");

        server.user("alice", "looking-glass");
        timing.pass(Duration.ofSeconds(30));
        assertThat(askAs("alice", "looking-glass", port, "/whoami").body()).isEqualTo("alice");
        assertThat(server.requests()).containsExactly("GET /whoami token-alice-1", "GET /whoami token-alice-2");
    }

    @Test
    void refusalsOfCallersAreOneWarningAMinute() throws Exception {
        var port = serveWhoami(opened(settings()));
        try (var log = LibraryLog.opened()) {
            for (int i = 0; i < 5; i++) {
                askAs("nobody" + i, "wrong", port, "/whoami");
            }
            assertThat(log.linesFrom(Level.WARN)).hasSize(1);

            timing.pass(Duration.ofMinutes(1));
            askAs("nobody6", "wrong", port, "/whoami");
            assertThat(log.linesFrom(Level.WARN)).hasSize(2);
        }
    }
}
