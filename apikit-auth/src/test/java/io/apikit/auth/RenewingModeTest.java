package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A mode that renews from the login at hand: it gets each login once, and else the credentials. */
class RenewingModeTest extends SessionTest {
    private static final Duration LIFE = Duration.ofMinutes(10);

    private final RenewingMode mode = new RenewingMode();

    /** How a renewal ends. */
    private enum Ending {
        DONE,
        REFUSED,
        BROKEN,
        NULL
    }

    /** Notes what it is asked for: the login that ended, by its token, or {@code credentials}. */
    private static final class RenewingMode extends TokenMode {
        private final List<String> asked = new CopyOnWriteArrayList<>();
        private final BlockingQueue<Ending> endings = new LinkedBlockingQueue<>();

        RenewingMode() {
            super(LIFE);
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            asked.add("credentials");
            return super.logIn(credentials, bare);
        }

        @Override
        @SuppressWarnings("NullAway") // as a mode without null checks returns it
        public Login renew(Login ended, Credentials credentials, LoginTransport bare) throws LoginRefused {
            asked.add(ended.signature().get("X-Token"));
            var ending = endings.poll();
            if (ending == Ending.REFUSED) {
                throw new LoginRefused("Not any more.");
            }
            if (ending == Ending.BROKEN) {
                throw BackendError.of(503, "Not now.");
            }
            return ending == Ending.NULL ? null : super.logIn(credentials, bare);
        }
    }

    private BackendSession session() {
        return opened(settings().auth(mode)).session(ALICE);
    }

    private String token(int asked) {
        return mode.asked.get(asked);
    }

    @Test
    void itGetsTheRejectedLogin() {
        var session = session();
        session.get("/whoami").orThrow();
        server.expireAll();

        assertThat(session.get("/whoami").orThrow().text()).isEqualTo("alice");

        assertThat(mode.asked).hasSize(2);
        assertThat(token(0)).isEqualTo("credentials");
        assertThat(token(1)).isNotEqualTo("credentials");
    }

    @Test
    void itGetsTheLoginThatEndsSoonAndThenTheNextOne() {
        var session = session();
        session.get("/whoami").orThrow();
        timing.pass(LIFE.plusSeconds(1));
        session.get("/whoami").orThrow();
        timing.pass(LIFE.plusSeconds(1));
        session.get("/whoami").orThrow();

        assertThat(mode.asked).hasSize(3).doesNotHaveDuplicates().first().isEqualTo("credentials");
    }

    @ParameterizedTest
    @EnumSource(names = {"BROKEN", "NULL"})
    void afterABrokenRenewalItGetsTheCredentials(Ending ending) {
        var session = session();
        session.get("/whoami").orThrow();
        server.expireAll();
        mode.endings.add(ending);

        assertFails(ending == Ending.NULL ? 502 : 503, () -> session.get("/whoami"));
        timing.pass(Duration.ofSeconds(6));
        assertThat(session.get("/whoami").orThrow().text()).isEqualTo("alice");

        assertThat(mode.asked).hasSize(3);
        assertThat(token(1)).isNotEqualTo("credentials");
        assertThat(token(2)).isEqualTo("credentials");
    }

    @Test
    void afterARefusedRenewalAheadOfTimeItGetsTheCredentials() {
        var session = session();
        session.get("/whoami").orThrow();
        timing.pass(LIFE.minusSeconds(20));
        mode.endings.add(Ending.REFUSED);
        session.send(BackendRequest.get("/whoami")).orThrow();
        await(() -> mode.endings.isEmpty());
        // The refusal is noted a moment after the mode has reported it.
        await(() -> isServedAfterCoolDown(session));

        assertThat(mode.asked).hasSize(3);
        assertThat(token(2)).isEqualTo("credentials");
    }

    /** In real time: a total time of 100 ms, and the second of grace after it. */
    @Test
    void afterAnAbandonedRenewalItGetsTheCredentials() throws Exception {
        var gate = new CountDownLatch(1);
        var hanging = new TokenMode() {
            private final List<String> asked = new CopyOnWriteArrayList<>();

            @Override
            public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
                asked.add("logIn");
                return super.logIn(credentials, bare);
            }

            @Override
            public Login renew(Login ended, Credentials credentials, LoginTransport bare) {
                asked.add("renew");
                try {
                    gate.await();
                } catch (InterruptedException ignored) {
                    // It ends as one whose result comes too late.
                }
                return ended;
            }
        };
        var clock = new FakeTiming();
        var backend = opened(settings()
                .auth(hanging)
                .timing(clock)
                .http(HttpOptions.builder().totalTimeout(Duration.ofMillis(100)).build()));
        var login = logins(backend);
        var first = login.currentOrNew(soon());
        first.reject();

        assertFails(504, () -> login.replacing(first, soon(), () -> {}));
        clock.pass(Duration.ofSeconds(6));
        // The waiters get their error a moment before the next login may start.
        await(() -> isReplaced(login, first));

        assertThat(hanging.asked).containsExactly("logIn", "renew", "logIn");
    }

    private boolean isServedAfterCoolDown(BackendSession session) {
        timing.pass(Duration.ofSeconds(31));
        try {
            return session.get("/whoami").isSuccess();
        } catch (BackendError ignored) {
            return false;
        }
    }

    private static boolean isReplaced(CurrentLogin login, LoginGeneration ended) {
        try {
            return login.replacing(ended, soon(), () -> {}).isPresent();
        } catch (BackendError ignored) {
            return false;
        }
    }

    @Test
    void anotherPasswordAndAForgottenSessionGetTheCredentials() {
        var backend = opened(settings().auth(mode).maxSessions(1).sessionIdle(Duration.ofSeconds(1)));
        backend.session(ALICE).get("/whoami").orThrow();
        timing.pass(Duration.ofSeconds(2));
        server.expireAll();

        backend.session(ALICE).get("/whoami").orThrow();
        backend.session(BOB).get("/whoami").orThrow();

        assertThat(mode.asked).containsExactly("credentials", "credentials", "credentials");
    }
}
