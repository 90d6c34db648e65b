package io.apikit.http.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a backend may be silent, where a request has a limit of its own. No test waits for a time that is longer. */
@Timeout(20)
class IdleTimeoutTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n";
    private static final Duration SHORT = Duration.ofMillis(150);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final BackendRequest GET = BackendRequest.get("/events");

    private final HttpOptions.Builder options =
            HttpOptions.builder().responseTimeout(SHORT).totalTimeout(Duration.ofSeconds(15));

    static Stream<Fault> silences() {
        return Stream.of(
                Fault.raw("").thenStall().thenWrite(HEAD + "ok").named("before the head"),
                Fault.raw("HTTP/1.1 200 OK\r\n")
                        .thenStall()
                        .thenWrite(HEAD.substring(17) + "ok")
                        .named("in the head"),
                Fault.raw(HEAD).thenStall().thenWrite("ok").named("before the body"),
                Fault.raw(HEAD + "o").thenStall().thenWrite("k").named("in the body"));
    }

    /** A second request that has no limit of its own shows that more than the default has passed. */
    @ParameterizedTest
    @MethodSource("silences")
    void ownLimitMayBeLongerThanTheDefault(Fault silence) {
        try (var server = FaultyServer.start(silence, Fault.stalledResponse());
                var http = open(server)) {
            var response = CompletableFuture.supplyAsync(() -> streamed(http, GET.idleTimeout(LONG)));
            server.awaitStalled(1);
            assertThat(error(http, GET).statusCode()).isEqualTo(504);
            server.release();

            assertThat(response.join()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @MethodSource("silences")
    void ownLimitMayBeShorterThanTheDefault(Fault silence) {
        options.responseTimeout(Duration.ofSeconds(15));
        try (var server = FaultyServer.start(silence);
                var http = open(server)) {
            var error = error(http, GET.idleTimeout(SHORT));
            assertThat(error.statusCode()).isEqualTo(504);
            assertThat(error.content()).contains(server.url() + " was silent for 150 ms");
            assertThat(catchThrowableOfType(BackendError.class, () -> streamed(http, GET.idleTimeout(SHORT)))
                            .statusCode())
                    .isEqualTo(504);
            server.awaitClosedByClient(2);
        }
    }

    @Test
    void ownLimitOfAPostLeavesItsOutcomeUnknown() {
        options.responseTimeout(Duration.ofSeconds(15));
        try (var server = FaultyServer.start(Fault.stalledResponse());
                var http = open(server)) {
            assertThat(error(http, BackendRequest.post("/").idleTimeout(SHORT)).content())
                    .contains(server.url() + " was silent for 150 ms; whether the POST was carried out is unknown");
        }
    }

    @Test
    void totalTimeBoundsALongerLimit() {
        options.totalTimeout(SHORT);
        try (var server = FaultyServer.start(Fault.stalledResponse());
                var http = open(server)) {
            assertThat(error(http, GET.idleTimeout(LONG)).content().orElseThrow())
                    .contains("The time for the call to", "ran out");
        }
    }

    @Test
    void waitForTheFirstByteOfAStreamMovesTheDeadline() {
        options.totalTimeout(Duration.ofMillis(500));
        try (var server = FaultyServer.start(Fault.raw(HEAD).thenStall().thenWrite("ok"), Fault.stalledResponse());
                var http = open(server)) {
            var response = CompletableFuture.supplyAsync(() -> {
                try (var stream = new StreamedResponse()) {
                    stream.waitForFirstByte();
                    http.send(stream.request(GET.idleTimeout(LONG)));
                    return new String(stream.body().readAllBytes(), UTF_8);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            server.awaitStalled(1);
            assertThat(error(http, GET.idleTimeout(LONG)).content().orElseThrow())
                    .contains("ran out");
            server.release();

            assertThat(response.join()).isEqualTo("ok");
        }
    }

    /** A minute of silence that its request expects is neither slow nor a failure. */
    @Test
    void impatienceOfOneRouteOpensNoCircuit() {
        options.responseTimeout(Duration.ofSeconds(15));
        var scripts = new Fault[11];
        Arrays.fill(scripts, Fault.stalledResponse());
        scripts[10] = Fault.response(200, "text/plain", "ok");
        try (var server = FaultyServer.start(scripts);
                var http = open(server)) {
            var guarded = http.guarded(BreakerPolicy.builder()
                    .window(5)
                    .minimumCalls(5)
                    .slowCall(Duration.ofMillis(1))
                    .build());
            for (int i = 0; i < 10; i++) {
                var error = catchThrowableOfType(
                        BackendError.class, () -> guarded.send(GET.idleTimeout(Duration.ofMillis(2))));
                assertThat(error.statusCode()).isEqualTo(504);
                assertThat(TransportFailure.isRetryable(error)).isFalse();
            }
            assertThat(guarded.send(BackendRequest.get("/data")).text()).isEqualTo("ok");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"PT0S", "PT-1S", "PT0.0001S", "PT25H"})
    void limitIsAMillisecondToADay(String limit) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> GET.idleTimeout(Duration.parse(limit)))
                .withMessageContaining("idleTimeout must be");
    }

    private static String streamed(GatedHttp http, BackendRequest request) {
        try (var stream = http.stream()) {
            BackendResponse response = stream.send(request);
            assertThat(response.status()).isEqualTo(200);
            return new String(stream.body().readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static BackendError error(GatedHttp http, BackendRequest request) {
        return catchThrowableOfType(BackendError.class, () -> http.send(request));
    }

    private GatedHttp open(FaultyServer server) {
        return GatedHttp.to(server.url(), options.build(), Timing.system());
    }
}
