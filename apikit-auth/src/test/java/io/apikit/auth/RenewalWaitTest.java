package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Requests that wait for a renewal ahead of time: all under a configured margin, and bodies that cannot be sent again. */
class RenewalWaitTest extends SessionTest {
    private static final Duration LIFE = Duration.ofMinutes(10);
    private static final Duration MARGIN = Duration.ofMinutes(1);
    private static final Duration BRIEF = Duration.ofMillis(50);

    /** Which of the two rules a request waits by. */
    private enum Waiting {
        CONFIGURED_MARGIN,
        BODY_SENT_ONCE;

        TokenMode mode() {
            return this == CONFIGURED_MARGIN ? new MarginMode() : new TokenMode(LIFE);
        }

        BackendRequest request() {
            return this == CONFIGURED_MARGIN ? BackendRequest.get("/whoami") : upload();
        }

        Duration dueAfter() {
            return LIFE.minus(this == CONFIGURED_MARGIN ? MARGIN : Duration.ofSeconds(30));
        }
    }

    private static final class MarginMode extends TokenMode {
        private MarginMode() {
            super(LIFE);
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport bare) throws LoginRefused {
            return super.logIn(credentials, bare).renewAhead(MARGIN);
        }
    }

    private static BackendRequest upload() {
        return BackendRequest.post("/echo").body(new ByteArrayInputStream("!".getBytes(UTF_8)), "text/plain");
    }

    /** A session whose login is due, and whose renewal is held. */
    private BackendSession due(Waiting waiting, Backend.Builder settings) {
        var session = opened(settings.auth(waiting.mode())).session(ALICE);
        session.get("/whoami").orThrow();
        server.awaitHeld(1);
        timing.pass(waiting.dueAfter());
        server.hold();
        return session;
    }

    private Future<String> started(BackendSession session, BackendRequest request) {
        return threads.start(1, () -> session.send(request).orThrow().text()).get(0);
    }

    private Backend.Builder impatient() {
        return settings().http(HttpOptions.builder().connectTimeout(BRIEF).build());
    }

    /** Real time, ahead by what the test lets pass. */
    private Timing movingTiming() {
        return new Timing() {
            @Override
            public long nanoTime() {
                return System.nanoTime() + timing.nanoTime();
            }

            @Override
            public void sleep(Duration duration) throws InterruptedException {
                Timing.system().sleep(duration);
            }
        };
    }

    private List<String> tokens() {
        return server.requests().stream()
                .map(request -> request.substring(request.lastIndexOf('-') + 1))
                .toList();
    }

    @ParameterizedTest
    @EnumSource
    void theRequestGoesOutUnderTheNewLogin(Waiting waiting) throws ExecutionException {
        var session = due(waiting, settings());

        var call = started(session, waiting.request());
        server.awaitHeld(1);
        assertThat(server.requests()).hasSize(1);
        server.release();

        assertThat(Concurrently.ended(call)).startsWith("alice");
        assertThat(tokens()).containsExactly("1", "2");
    }

    @ParameterizedTest
    @EnumSource
    void aRenewalThatIsLateLeavesTheOldLogin(Waiting waiting) throws ExecutionException {
        var session = due(waiting, impatient());

        assertThat(Concurrently.ended(started(session, waiting.request()))).startsWith("alice");

        server.awaitHeld(1);
        assertThat(tokens()).containsExactly("1", "1");
    }

    @ParameterizedTest
    @EnumSource
    void aRenewalThatIsLateLeavesTimeForTheRequest(Waiting waiting) throws ExecutionException {
        var session = due(waiting, settings().timing(movingTiming()));

        var request = waiting.request().timeout(Duration.ofSeconds(1));
        assertThat(Concurrently.ended(started(session, request))).startsWith("alice");

        assertThat(tokens()).containsExactly("1", "1");
    }

    @ParameterizedTest
    @EnumSource
    void aRenewalThatFailsLeavesTheOldLoginAndIsNotWaitedForAgain(Waiting waiting) throws ExecutionException {
        var session = due(waiting, settings());
        server.loginStatus(503);

        var call = started(session, waiting.request());
        server.awaitHeld(1);
        server.release();
        assertThat(Concurrently.ended(call)).startsWith("alice");

        assertThat(session.send(waiting.request()).orThrow().text()).startsWith("alice");
        assertThat(tokens()).containsExactly("1", "1", "1");
        assertThat(server.loginPosts()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    void aLoginThatEndsMeanwhileIsNotSent(Waiting waiting) {
        var session = due(waiting, settings());
        server.loginStatus(503);

        var call = started(session, waiting.request());
        server.awaitHeld(1);
        timing.pass(MARGIN);
        server.release();

        assertFails(503, call);
        assertThat(tokens()).containsExactly("1");
    }

    @Test
    void otherRequestsDoNotWaitForABodySentOnce() throws ExecutionException {
        var session = due(Waiting.BODY_SENT_ONCE, settings());
        var upload = started(session, upload());
        server.awaitHeld(1);

        assertThat(session.get("/whoami").orThrow().text()).isEqualTo("alice");
        server.release();

        assertThat(Concurrently.ended(upload)).isEqualTo("alice!");
        assertThat(tokens()).containsExactly("1", "1", "2");
    }

    /** A rejection of another request is known, and its renewal under way. */
    @Test
    void aBodySentOnceWaitsForTheRenewalOfARejectedLogin() throws ExecutionException {
        var session = backend().session(ALICE);
        session.get("/whoami").orThrow();
        server.awaitHeld(1);
        server.expireAll();
        server.hold();
        var rejected = started(session, BackendRequest.get("/whoami"));
        server.awaitHeld(1);

        var upload = started(session, upload());
        server.release();

        assertThat(Concurrently.ended(upload)).isEqualTo("alice!");
        assertThat(Concurrently.ended(rejected)).isEqualTo("alice");
        assertThat(server.requests())
                .filteredOn(request -> request.startsWith("POST"))
                .hasSize(1);
    }
}
