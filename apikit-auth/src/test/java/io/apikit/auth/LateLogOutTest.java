package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.http.HttpOptions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is logged out when a backend is closed, and the logins that come too late for their sessions. */
@Timeout(30)
class LateLogOutTest extends LogOutModeTest {
    private static final Credentials CAROL = Credentials.password("carol", "island");

    @Test
    void aClosedBackendLogsOutAllSessions() {
        server.user("carol", "island");
        var backend = backend();
        whoami(backend.session(ALICE));
        whoami(backend.session(BOB));
        whoami(backend.session(CAROL));

        backend.close();

        awaitLoggedOut("token-alice-1", "token-bob-2", "token-carol-3");
    }

    @Test
    void aLoginThatEndsWhileTheBackendIsClosedIsLoggedOut() throws Exception {
        var backend = backend();
        server.hold();
        var call = threads.start(1, () -> whoami(backend.session(ALICE))).get(0);
        server.awaitHeld(1);
        var closing = threads.start(1, () -> {
            backend.close();
            return "closed";
        });
        assertThat(call.isDone()).isFalse();
        await(() -> isClosed(backend));

        server.release();

        assertThat(Concurrently.ended(closing.get(0))).isEqualTo("closed");
        awaitLoggedOut("token-alice-1");
    }

    private static boolean isClosed(Backend backend) {
        try {
            backend.usage().requireOpen();
            return false;
        } catch (BackendError ignored) {
            return true;
        }
    }

    @Test
    void aLoginOfAForgottenSessionIsLoggedOutOnceItComes() {
        var backend = opened(settings().sessionIdle(Duration.ofMinutes(1)));
        server.hold();
        logins(backend).start();
        server.awaitHeld(1);
        timing.pass(Duration.ofSeconds(61));
        assertThat(backend.sessions().size()).isZero();

        server.release();

        awaitLoggedOut("token-alice-1");
    }

    /** In real time: a total time of 100 ms, and the second of grace after it. */
    @Test
    void aLoginThatComesAfterItsLimitIsLoggedOut() throws Exception {
        var gate = new CountDownLatch(1);
        var backend = opened(settings()
                .defaultAuth(new LogOutMode() {
                    @Override
                    public Login logIn(Credentials credentials, LoginTransport bare) {
                        while (gate.getCount() > 0) {
                            try {
                                gate.await();
                            } catch (InterruptedException ignored) {
                                // It hangs on.
                            }
                        }
                        return Login.of(Map.of("X-Token", "late"));
                    }
                })
                .http(HttpOptions.builder().totalTimeout(Duration.ofMillis(50)).build()));
        var login = logins(backend);
        assertFails(504, () -> login.currentOrNew(soon()));

        gate.countDown();

        awaitLoggedOut("late");
    }
}
