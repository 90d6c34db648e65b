package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.io.ByteArrayInputStream;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Which backends are asked before a long body is sent, and what a 417 to the question leads to. */
@Timeout(20)
class ContinueExpectationTest {
    private static final String REFUSAL = "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n";
    private static final Fault OK = Fault.response(200, "text/plain", "ok");
    private static final byte[] LONG = new byte[300_000];

    private final FakeTiming clock = new FakeTiming();
    private final ContinueExpectation backend = new ContinueExpectation(clock::nanoTime);

    private ContinueExpectation.Question ask() {
        return Objects.requireNonNull(backend.ask(), "the backend is not asked");
    }

    @Test
    void backendThatDoesNotRespondIsNotAskedForAMinute() {
        ask().inVain();

        clock.pass(Duration.ofSeconds(60).minusNanos(1));
        assertThat(backend.ask()).isNull();
        clock.pass(Duration.ofNanos(1));
        assertThat(backend.ask()).isNotNull();
    }

    @Test
    void oneRequestFindsOutForAllOthers() {
        ask().inVain();
        clock.pass(Duration.ofMinutes(1));

        var asked = ask();
        assertThat(backend.ask()).isNull();
        asked.responded();
        assertThat(backend.ask()).isNotNull();
        assertThat(backend.ask()).isNotNull();
    }

    @Test
    void eachFurtherSilenceDoublesThePauseUpToAnHour() {
        var pause = Duration.ofMinutes(1);
        ask().inVain();
        for (int i = 0; i < 10; i++) {
            clock.pass(pause.minusNanos(1));
            assertThat(backend.ask()).as("%s", pause).isNull();
            clock.pass(Duration.ofNanos(1));
            ask().inVain();
            pause = pause.multipliedBy(2).compareTo(Duration.ofHours(1)) < 0
                    ? pause.multipliedBy(2)
                    : Duration.ofHours(1);
        }
        assertThat(pause).isEqualTo(Duration.ofHours(1));
    }

    @Test
    void silenceTowardsManyAtOnceIsOneSilence() {
        var first = ask();
        var second = ask();
        first.inVain();
        second.inVain();

        clock.pass(Duration.ofMinutes(1));
        assertThat(backend.ask()).isNotNull();
    }

    @Test
    void questionIsDecidedOnce() {
        var question = ask();
        question.inVain();
        question.responded(); // The response to the request itself, a second later.

        assertThat(backend.ask()).isNull();
    }

    @Test
    void backendThatRespondsIsAskedEachTime() {
        try (var server = FaultyServer.start(OK);
                var http = open(server)) {
            for (int i = 1; i <= 3; i++) {
                http.send(upload());
                assertThat(server.awaitRequest(i).header("Expect")).contains("100-continue");
            }
        }
    }

    /** That one may be down, and says nothing about the next one. */
    @Test
    void backendThatClosesTheConnectionIsAskedTheNextTime() {
        try (var server = FaultyServer.start(Fault.early(""), OK);
                var http = open(server)) {
            assertThatThrownBy(() -> http.send(upload())).isInstanceOf(BackendError.class);

            http.send(upload());
            assertThat(server.awaitRequest(2).header("Expect")).contains("100-continue");
        }
    }

    @Test
    void refusedQuestionIsFollowedByTheRequestWithoutIt() {
        try (var server = FaultyServer.start(Fault.early(REFUSAL), OK);
                var http = open(server)) {
            assertThat(http.send(upload()).text()).isEqualTo("ok");

            assertThat(server.awaitRequest(1).header("Expect")).contains("100-continue");
            assertThat(server.awaitRequest(2).header("Expect")).isEmpty();
            assertThat(server.awaitRequest(2).body()).isEqualTo(LONG);

            assertThat(http.send(upload()).text()).isEqualTo("ok");
            assertThat(server.awaitRequest(3).header("Expect")).isEmpty();
        }
    }

    @Test
    void refusedQuestionLeavesAStreamToBeSent() {
        try (var server = FaultyServer.start(Fault.early(REFUSAL), OK);
                var http = open(server)) {
            var once = BackendRequest.post("/").body(new ByteArrayInputStream(LONG), "text/plain");

            assertThat(http.send(once).text()).isEqualTo("ok");
            assertThat(server.awaitRequest(2).body()).isEqualTo(LONG);
        }
    }

    @Test
    void secondRefusalIsTheResponse() {
        try (var server = FaultyServer.start(Fault.early(REFUSAL), Fault.raw(REFUSAL));
                var http = open(server)) {
            assertThat(http.send(upload()).status()).isEqualTo(417);
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void refusalOfABodyThatWasSentIsTheResponse() {
        // The server asks for the body first.
        try (var server = FaultyServer.start(Fault.raw(REFUSAL));
                var http = open(server)) {
            var once = BackendRequest.post("/").body(new ByteArrayInputStream(LONG), "text/plain");

            assertThat(http.send(once).status()).isEqualTo(417);
            assertThat(http.send(BackendRequest.post("/").json("{}")).status()).isEqualTo(417);
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void refusedQuestionOfAStreamedResponseIsFollowedByTheRequest() throws Exception {
        try (var server = FaultyServer.start(Fault.early(REFUSAL), OK);
                var http = open(server);
                var stream = http.stream()) {
            stream.send(upload());
            assertThat(stream.body().readAllBytes()).asString().isEqualTo("ok");
        }
    }

    private static BackendRequest upload() {
        return BackendRequest.post("/").body(LONG, "text/plain");
    }

    private static GatedHttp open(FaultyServer server) {
        return GatedHttp.to(server.url(), HttpOptions.defaults(), Timing.system());
    }
}
