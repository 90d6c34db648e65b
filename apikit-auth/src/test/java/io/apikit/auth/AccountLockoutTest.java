package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.Context;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients with a wrong password, before a backend that locks an account after five wrong passwords in 15 min. Time is the
 * test's own: each client asks every 10 s, for hours.
 */
@Timeout(60)
class AccountLockoutTest extends FrontDoorTest {
    private static final Duration PERIOD = Duration.ofSeconds(10);
    private static final Duration WINDOW = Duration.ofMinutes(15);
    private static final int LOCKING = 5;
    private static final String HOME = "198.51.100.7";
    private static final String[] OTHERS = {"203.0.113.1", "203.0.113.2", "203.0.113.3"};

    private final Deque<Long> wrong = new ArrayDeque<>();
    private String password = "wonderland";
    private boolean isLocked;
    private int refused;

    private final String url = backend(config -> {
        config.routes.post("/login", this::logIn);
        config.routes.get("/whoami", ctx -> ctx.result("alice"));
    });
    private final int port = service();

    /** Counts wrong passwords as a strict directory does: a right one between them forgives none. */
    private synchronized void logIn(Context ctx) {
        if (!isLocked && password.equals(ctx.formParam("password"))) {
            ctx.result("token");
            return;
        }
        refused++;
        wrong.add(timing.nanoTime());
        wrong.removeIf(at -> timing.nanoTime() - at >= WINDOW.toNanos());
        isLocked |= wrong.size() >= LOCKING;
        ctx.status(403);
    }

    private int service() {
        var backend = opened(Backend.at(url)
                .auth(new io.apikit.custom.TokenMode())
                .sessionIdle(Duration.ofMinutes(1))
                .timing(timing));
        return serveWhoamiBehindProxy(backend);
    }

    private HttpResponse<String> ask(String shown, String source) throws IOException, InterruptedException {
        return ask(port, "/whoami", "Authorization", basic("alice", shown), "X-Forwarded-For", source);
    }

    private void assertServed(String source) throws IOException, InterruptedException {
        assertThat(ask(password, source).body()).isEqualTo("alice");
    }

    /** Each client asks in each period; alice herself asks once an hour, from home. */
    private void forHours(int hours, Client... clients) throws IOException, InterruptedException {
        var periods = hours * Duration.ofHours(1).dividedBy(PERIOD);
        for (var period = 0; period < periods; period++) {
            for (var client : clients) {
                assertThat(client.status(period)).isIn(401, 429);
            }
            timing.pass(PERIOD);
            assertThat(isLocked)
                    .as("locked after " + PERIOD.multipliedBy(period))
                    .isFalse();
            if (period % Duration.ofHours(1).dividedBy(PERIOD) == 200) {
                assertServed(HOME);
            }
        }
    }

    private interface Client {
        int status(int period) throws IOException, InterruptedException;
    }

    private Client stale(String shown, String source) {
        return period -> ask(shown, source).statusCode();
    }

    @Test
    void oneStaleClientLocksNobodyOut() throws Exception {
        forHours(3, stale("old", OTHERS[0]));

        assertThat(refused).isBetween(4, 10);
    }

    @Test
    void threeStaleClientsLockNobodyOut() throws Exception {
        forHours(1, stale("old", OTHERS[0]), stale("older", OTHERS[1]), stale("oldest", OTHERS[2]));

        assertThat(refused).isBetween(4, 10);
    }

    @Test
    void threeClientsWithTheSameOldPasswordAreOne() throws Exception {
        forHours(1, stale("old", OTHERS[0]), stale("old", OTHERS[1]), stale("old", OTHERS[2]));

        assertThat(refused).isBetween(3, 6);
    }

    @Test
    void anAttackerAtOneAddressKeepsNobodyOutAtAnother() throws Exception {
        Client attacker = period -> ask("guess" + period, OTHERS[0]).statusCode();

        forHours(2, attacker);

        assertThat(refused).isBetween(4, 10);
    }

    @Test
    void anOldPasswordAfterItsChangeLocksNobodyOut() throws Exception {
        assertServed(OTHERS[0]);
        assertServed(OTHERS[1]);
        timing.pass(Duration.ofMinutes(2));
        password = "looking-glass";

        forHours(2, stale("wonderland", OTHERS[0]), stale("wonderland", OTHERS[1]));

        assertServed(OTHERS[0]);
        assertThat(refused).isBetween(4, 10);
    }

    @Test
    void aStaleClientLeavesATryToItsUserAtTheSameAddress() throws Exception {
        for (var period = 0; period < 120; period++) {
            ask("old", HOME);
            timing.pass(PERIOD);
        }

        assertServed(HOME);
        assertThat(isLocked).isFalse();
    }

    @Test
    void anAcceptedPasswordIsNotHeldUpUntilItIsRefused() throws Exception {
        assertServed(HOME);
        timing.pass(Duration.ofMinutes(2));
        for (var i = 0; i < OTHERS.length; i++) {
            assertThat(ask("guess" + i, OTHERS[i]).statusCode()).isEqualTo(401);
        }
        assertThat(ask("guess", OTHERS[0]).statusCode()).isEqualTo(429);
        assertServed(HOME);
        timing.pass(Duration.ofMinutes(2));

        password = "looking-glass";

        assertThat(ask("wonderland", HOME).statusCode()).isEqualTo(401);
        timing.pass(Duration.ofSeconds(31));
        assertThat(ask("wonderland", HOME).statusCode()).isEqualTo(429);
        assertThat(refused).isEqualTo(4);
    }
}
