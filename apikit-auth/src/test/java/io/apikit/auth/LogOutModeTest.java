package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import java.time.Duration;
import java.util.concurrent.Future;

/** What every test of log-outs starts from: a mode that logs out with the token of its login. */
abstract class LogOutModeTest extends FrontDoorTest {
    static final Duration LIFE = Duration.ofMinutes(10);

    /** Logs out with the token of the login. */
    static class LogOutMode extends TokenMode {
        private final LogOutScope scope;

        LogOutMode() {
            this(LogOutScope.EVERY_LOGIN);
        }

        LogOutMode(LogOutScope scope) {
            super(LIFE);
            this.scope = scope;
        }

        @Override
        public void logOut(Login login, LoginTransport bare) {
            bare.send(login.sign(BackendRequest.post("/logout"))).orThrow();
        }

        @Override
        public LogOutScope logOutScope() {
            return scope;
        }
    }

    @Override
    Backend.Builder settings() {
        return super.settings().defaultAuth(new LogOutMode());
    }

    static String whoami(BackendSession session) {
        return session.get("/whoami").orThrow().text();
    }

    /** Renews the login ahead of its end, and returns once it is replaced. */
    void renewAhead(BackendSession session) {
        var logins = server.loginPosts();
        timing.pass(LIFE.minusSeconds(20));
        whoami(session);
        await(() -> server.loginPosts() == logins + 1);
        await(() -> server.requests().stream().anyMatch(request -> request.endsWith("-" + (logins + 1)))
                || whoami(session).isEmpty());
    }

    void awaitLoggedOut(String... tokens) {
        await(() -> server.loggedOut().size() >= tokens.length);
        assertThat(server.loggedOut()).containsExactlyInAnyOrder(tokens);
        assertThat(server.cutOff()).isZero();
    }

    Future<String> gated(BackendSession session) {
        var call =
                threads.start(1, () -> session.get("/gated").orThrow().text()).get(0);
        server.awaitHeldAnswer();
        return call;
    }
}
