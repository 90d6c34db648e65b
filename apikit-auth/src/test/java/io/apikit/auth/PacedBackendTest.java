package io.apikit.auth;

import static io.apikit.auth.SessionTest.ALICE;
import static io.apikit.auth.SessionTest.BOB;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a backend's pace holds for: every request of every session, and no login. */
class PacedBackendTest {
    private static final Pace FIVE_SECONDS =
            Pace.builder().minInterval(Duration.ofSeconds(5)).build();

    private final FakeTiming timing = new FakeTiming();
    private final TaskServer server = new TaskServer(timing);
    private final List<Backend> backends = new ArrayList<>();

    @Test
    void sessionsShareThePaceOfTheirBackend() {
        server.answers("fine");
        var backend = opened(settings().auth(Authenticator.none()).pace(FIVE_SECONDS));

        backend.session(ALICE).get("/tasks/1");
        backend.session(BOB).get("/tasks/2");
        backend.session(ALICE).get("/tasks/3");
        assertAskedAt(0, 5, 10);
    }

    @Test
    void eachBackendHasItsOwnPace() {
        server.answers("fine");
        opened(settings().pace(FIVE_SECONDS)).session(ALICE).get("/tasks/1");
        opened(settings().pace(FIVE_SECONDS)).session(ALICE).get("/tasks/1");

        assertThat(server.asked()).allMatch(Duration.ZERO::equals);
    }

    @Test
    void replayTakesATurnAndLoginDoesNot() {
        server.answers("fine").expires().answers("fine");
        var session = opened(settings().pace(FIVE_SECONDS)).session(ALICE);
        var loggedIn = new ArrayList<Duration>();
        long began = timing.nanoTime();
        server.duringLogin(() -> loggedIn.add(Duration.ofNanos(timing.nanoTime() - began)));

        session.get("/tasks/1");
        session.get("/tasks/1");
        assertAskedAt(0, 5, 10);
        assertThat(loggedIn).containsExactly(Duration.ZERO, Duration.ofSeconds(5));
    }

    @Test
    void modesOwnRequestsTakeNoTurn() {
        server.answers("fine");
        var session = opened(settings().auth(new Asking()).pace(FIVE_SECONDS)).session(ALICE);

        session.get("/tasks/1");
        session.get("/tasks/1");
        assertAskedAt(0, 0, 5, 5);
    }

    /** Asks the backend itself before it judges. */
    private static final class Asking extends TokenMode {
        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport ask) {
            ask.send(BackendRequest.get("/tasks/own"));
            return Verdict.ACCEPTED;
        }
    }

    @Test
    void pacedBackendRetriesUntilThePaceHasLearned() {
        server.answers(503, "no")
                .answers(503, "no")
                .answers(503, "no")
                .answers(503, "no")
                .answers("fine");

        var answer = opened(settings().pace(Pace.adaptive())).session(ALICE).get("/tasks/1");
        assertThat(answer.text()).isEqualTo("fine");
        assertAskedAt(0, 1, 3, 7, 15);
    }

    @Test
    void authorsRetryPolicyWins() {
        server.answers(503, "no");

        opened(settings().pace(Pace.adaptive()).retry(RetryPolicy.none()))
                .session(ALICE)
                .get("/tasks/1");
        assertThat(server.asked()).hasSize(1);
    }

    @Test
    void retriesWithoutAPaceAreUnchanged() {
        server.answers(503, "no");

        opened(settings()).session(ALICE).get("/tasks/1");
        assertThat(server.asked()).hasSize(3);
        assertThat(server.asked()).last().satisfies(at -> assertThat(at).isLessThan(Duration.ofMillis(300)));
    }

    @Test
    void givingUpCarriesRetryAfter() {
        server.answers(503, "<h1>no</h1>");
        var session = opened(settings().pace(Pace.adaptive())).session(ALICE);

        var error = catchThrowableOfType(
                BackendError.class, () -> session.get("/tasks/1").orThrow());
        assertThat(error.statusCode()).isEqualTo(503);
        assertThat(Integer.parseInt(error.headers().get("Retry-After"))).isBetween(13, 15);
    }

    private Backend.Builder settings() {
        return Backend.at(server.url()).defaultAuth(new TokenMode()).timing(timing);
    }

    private Backend opened(Backend.Builder builder) {
        var backend = builder.build();
        backends.add(backend);
        return backend;
    }

    private void assertAskedAt(long... seconds) {
        assertThat(server.asked())
                .containsExactly(
                        LongStream.of(seconds).mapToObj(Duration::ofSeconds).toArray(Duration[]::new));
    }

    @AfterEach
    void end() {
        backends.forEach(Backend::close);
        server.close();
    }
}
