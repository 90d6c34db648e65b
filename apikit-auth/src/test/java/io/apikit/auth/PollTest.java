package io.apikit.auth;

import static io.apikit.auth.SessionTest.ALICE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Pace;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PollTest {
    private static final BackendRequest TASK =
            BackendRequest.get("/tasks/{}", 7).query("key", "in-the-query");

    private final FakeTiming timing = new FakeTiming();
    private final TaskServer server = new TaskServer(timing);
    private final List<Backend> backends = new ArrayList<>();
    private Backend backend = backend(timing, Function.identity());

    @Test
    void asksAtOnceAndThenAfterGrowingPausesUpToTheCap() {
        server.answers("1", "2", "3", "4", "5", "6", "7", "8", "9", "done");

        assertThat(poll().until(PollTest::isDone).text()).isEqualTo("done");
        assertAskedAt(0, 1, 2.5, 4.75, 8.125, 13.1875, 20.78125, 30.78125, 40.78125, 50.78125);
    }

    @Test
    void aTaskThatIsDoneIsAskedAfterOnce() {
        server.answers("done");

        poll().until(PollTest::isDone);
        assertAskedAt(0);
    }

    @Test
    void thePausesAreAsTheCallerSays() {
        server.answers("1", "2", "3", "4", "done");

        poll().first(Duration.ofSeconds(2))
                .growing(2)
                .cap(Duration.ofSeconds(5))
                .until(PollTest::isDone);
        assertAskedAt(0, 2, 6, 11, 16);
    }

    @Test
    void everySettingGivesACopy() {
        server.answers("1", "done");
        var poll = poll();
        poll.first(Duration.ofSeconds(9)).failing(answer -> true);

        poll.until(PollTest::isDone);
        assertAskedAt(0, 1);
    }

    @Test
    void failureIsWhatTheCallerSaysItIs() {
        server.answers("running", "status 115: no such file");

        var error = thrown(() -> poll().failing(PollTest::saysStatus).until(PollTest::isDone));
        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.content()).contains("GET /tasks/7 says that it failed: status 115: no such file");
        assertAskedAt(0, 1);
    }

    @Test
    void failureIsLookedForFirst() {
        server.answers("done");

        assertThat(thrown(() -> poll().failing(PollTest::isDone).until(PollTest::isDone))
                        .statusCode())
                .isEqualTo(502);
    }

    @Test
    void aFailedTaskGivesNoSecretAway() {
        server.then(ctx -> ctx.result("status 400: bad token " + ctx.header("X-Token") + ", wonderland"));

        var error = thrown(() -> poll().failing(PollTest::saysStatus).until(PollTest::isDone));
        assertThat(error.content().orElseThrow()).contains("bad token ***, ***");
    }

    @Test
    void theCallerMakesTheErrorItself() {
        server.answers("status 302");

        var error = thrown(() -> poll().failing(PollTest::saysStatus, answer -> BackendError.of(410, "gone"))
                .until(PollTest::isDone));
        assertThat(error.statusCode()).isEqualTo(410);
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 500, 503})
    void anErrorStatusIsAFailure(int status) {
        server.answers("1").answers(status, "<h1>No</h1>");

        var error = thrown(() -> poll().until(answer -> answer.json(Integer.class) > 1));
        assertThat(error.statusCode()).isEqualTo(status);
        assertThat(error.content()).contains("<h1>No</h1>");
        assertAskedAt(0, 1);
    }

    @Test
    void anErrorStatusMayMeanThatItIsDone() {
        server.answers("1").answers(404, "gone");

        assertThat(poll().until(answer -> answer.status() == 404).text()).isEqualTo("gone");
    }

    @Test
    void anErrorStatusMayBeTheFailureThatTheCallerNames() {
        server.answers(404, "gone");

        var error =
                thrown(() -> poll().failing(answer -> answer.status() == 404).until(PollTest::isDone));
        assertThat(error.statusCode()).isEqualTo(404);
    }

    @Test
    void anAnswerThatCannotBeReadIsABadAnswer() {
        server.answers("1", "<h1>Hello</h1>");

        assertThat(thrown(() -> poll().until(answer -> answer.json(Integer.class) > 1))
                        .statusCode())
                .isEqualTo(502);
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void retryAfterSlowsItDown(int status) {
        server.answers("1").refuses(status, "40").refuses(status, "1").answers("done");

        poll().until(PollTest::isDone);
        assertAskedAt(0, 1, 41, 43.25);
    }

    /** Many polls are asked for the same time. */
    @Test
    void chanceSpreadsARetryAfterOverAFifthMore() {
        server.answers("1").refuses(429, "40").answers("done");
        backend = backend(timing, builder -> builder.random(() -> 0.5));

        poll().until(PollTest::isDone);
        assertAskedAt(0, 1, 45);
    }

    @ParameterizedTest
    @ValueSource(strings = {"60", "31536000", "Fri, 01 Mar 2126 12:00:00 GMT"})
    void retryAfterBeyondTheDeadlineIsToldAtOnce(String retryAfter) {
        server.answers("1").refuses(429, retryAfter).answers("done");

        var error = thrown(() -> poll().within(Duration.ofSeconds(61)).until(PollTest::isDone));
        assertThat(error.statusCode()).isEqualTo(429);
        assertThat(error.headers()).containsEntry("Retry-After", retryAfter);
        assertAskedAt(0, 1);
    }

    @Test
    void whoHasToWaitForATurnOnlyAsksLater() {
        server.answers("1", "2", "done");
        var slow = Pace.builder().minInterval(Duration.ofSeconds(50)).maxInterval(Duration.ofSeconds(50));
        backend = backend(timing, builder -> builder.pace(slow.build()));

        poll().until(PollTest::isDone);
        assertAskedAt(0, 50, 100.25);
    }

    @Test
    void theDeadlineNamesWhatWasWaitedForAndTheRateIsBounded() {
        server.answers("running");

        var error = thrown(() -> poll().within(Duration.ofMinutes(5)).until(PollTest::isDone));
        assertThat(error.statusCode()).isEqualTo(504);
        assertThat(error.content()).contains("GET /tasks/7 was not done within 300 s");
        assertThat(server.asked()).hasSizeBetween(30, 34);
        assertThat(server.asked()).last().satisfies(last -> assertThat(last).isLessThan(Duration.ofMinutes(5)));
    }

    @Test
    void theDeadlineOfTheRequestCountsToo() {
        server.answers("running");
        var request = TASK.deadline(io.apikit.http.Deadline.after(Duration.ofSeconds(2), timing));

        assertThat(thrown(() -> backend.session(ALICE).poll(request).until(PollTest::isDone))
                        .statusCode())
                .isEqualTo(504);
        assertAskedAt(0, 1);
    }

    @Test
    void aRequestThatEndsPastTheDeadlineIsLateToo() {
        server.answers("running").expires().answers("done");
        backend.session(ALICE).get("/tasks/7").orThrow();
        server.duringLogin(() -> timing.pass(Duration.ofSeconds(20)));

        var error = thrown(() -> poll().within(Duration.ofSeconds(10)).until(PollTest::isDone));
        assertThat(error.statusCode()).isEqualTo(504);
        assertThat(error.content().orElseThrow()).contains("GET /tasks/7 was not done");
    }

    @Test
    void aTaskThatOutlivesItsLoginsIsPolledAcrossTheirRenewals() {
        server.answers("1", "2").expires().answers("3", "4").expires().answers("5", "done");

        assertThat(poll().until(PollTest::isDone).text()).isEqualTo("done");
        assertThat(server.logins()).isEqualTo(3);
        assertThat(server.asked()).hasSize(8).last().isEqualTo(Duration.ofNanos(13_187_500_000L));
    }

    @Test
    void eachRequestIsRetriedAsAnyOther() {
        server.answers("1").answers(502, "oops").answers("done");
        backend = backend(timing, builder -> builder.retry(RetryPolicy.standard()));

        assertThat(poll().until(PollTest::isDone).text()).isEqualTo("done");
        assertThat(server.asked()).hasSize(3);
    }

    @Test
    void anInterruptedWaitIsOverAndKeepsTheFlag() {
        server.answers("running");
        backend = backend(new Interrupting(timing), Function.identity());

        var error = thrown(() -> poll().until(PollTest::isDone));
        assertThat(Thread.interrupted()).isTrue();
        assertThat(error.statusCode()).isEqualTo(503);
        assertThat(error.content()).contains("The wait for GET /tasks/7 was interrupted");
    }

    @Test
    void badSettingsAreNamed() {
        assertNamed("first", () -> poll().first(Duration.ZERO));
        assertNamed("cap", () -> poll().cap(Duration.ofMillis(9)));
        assertNamed("within", () -> poll().within(Duration.ofSeconds(-1)));
        assertNamed("growing", () -> poll().growing(0.9));
        assertNamed("growing", () -> poll().growing(Double.NaN));
    }

    private record Interrupting(Timing clock) implements Timing {
        @Override
        public long nanoTime() {
            return clock.nanoTime();
        }

        @Override
        public void sleep(Duration duration) throws InterruptedException {
            throw new InterruptedException();
        }
    }

    private static boolean isDone(BackendResponse answer) {
        return answer.text().equals("done");
    }

    private static boolean saysStatus(BackendResponse answer) {
        return answer.text().startsWith("status");
    }

    private static void assertNamed(String setting, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageContaining(setting);
    }

    private static BackendError thrown(ThrowingCallable call) {
        return catchThrowableOfType(BackendError.class, call);
    }

    private void assertAskedAt(double... seconds) {
        assertThat(server.asked())
                .containsExactly(DoubleStream.of(seconds)
                        .mapToObj(at -> Duration.ofNanos((long) (at * 1e9)))
                        .toArray(Duration[]::new));
    }

    private Poll poll() {
        return backend.session(ALICE).poll(TASK);
    }

    private Backend backend(Timing clock, Function<Backend.Builder, Backend.Builder> more) {
        var opened = more.apply(Backend.at(server.url())
                        .auth(new TokenMode())
                        .retry(RetryPolicy.none())
                        .timing(clock)
                        .random(() -> 0))
                .build();
        backends.add(opened);
        return opened;
    }

    @AfterEach
    void end() {
        backends.forEach(Backend::close);
        server.close();
    }
}
