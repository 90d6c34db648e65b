package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.FakeTiming;
import io.apikit.http.Fill;
import io.apikit.http.HttpOptions;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TransportFailuresTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final BackendRequest GET = BackendRequest.get("/private").query("q", "secret");
    private static final BackendRequest POST = BackendRequest.post("/private").form(Map.of("a", "secret"));

    private final HttpOptions.Builder options = HttpOptions.builder()
            .connectTimeout(Duration.ofMillis(200))
            .responseTimeout(Duration.ofSeconds(5))
            .totalTimeout(Duration.ofSeconds(5));

    @Test
    void refusedConnectionIsA502() {
        var gone = FaultyServer.start(Fault.raw(OK));
        gone.close();
        try (var server = FaultyServer.start(Fault.raw(OK));
                var transport = GatedHttp.to(gone.url(), options.build(), Timing.system())) {
            assertFault(transport, GET, 502, "connection refused", true);
            assertThat(assertFault(transport, POST, 502, "connection refused", true))
                    .doesNotContain("unknown");

            assertThat(transport.at(server.url()).send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void unknownHostIsA502() {
        try (var server = FaultyServer.start(Fault.raw(OK));
                var transport = GatedHttp.to("http://no-such-host.invalid", options.build(), Timing.system())) {
            assertFault(transport, GET, 502, "unknown host", true);
            assertThat(assertFault(transport, POST, 502, "unknown host", true)).doesNotContain("unknown;");

            assertThat(transport.at(server.url()).send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void resetBeforeTheFirstByteIsA502() {
        try (var server = FaultyServer.start(Fault.resetBeforeResponse())) {
            assertFault(server.url(), GET, 502, "reset", true);
            assertThat(assertFault(server.url(), POST, 502, "reset", true)).contains("POST", "unknown");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionClosedWithoutAResponseIsA502() {
        try (var server = FaultyServer.start(Fault.closeWithoutResponse())) {
            assertFault(server.url(), GET, 502, "without an answer", true);
            assertThat(assertFault(server.url(), POST, 502, "without an answer", true))
                    .contains("unknown");
            assertThat(assertFault(server.url(), POST.idempotent(true), 502, "without", true))
                    .doesNotContain("unknown");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                "HTTP/1.1 200 OK\r\nContent-Le",
                "HTTP/1.1 200 OK\r\nX-Half: of the head\r\n",
                "HTTP/1.1 2",
                CHUNKED + "5\r\nhal",
                CHUNKED + "4\r\nhalf\r\n",
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\u001f\u008b\u0008",
            })
    void responseThatBreaksOffIsA502(String answer) {
        try (var server = FaultyServer.start(Fault.raw(answer))) {
            assertFault(server.url(), GET, 502, "broke off", true);
        }
    }

    @Test
    void resetInMidBodyIsA502() {
        try (var server = FaultyServer.start(Fault.resetInBody())) {
            assertFault(server.url(), GET, 502, "", true);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
                "SSH-2.0-OpenSSH_9.0\r\n\r\n",
                "HTTP/1.1 abc\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n",
                CHUNKED + "zz\r\nhalf\r\n",
            })
    void malformedResponseIsA502(String answer) {
        try (var server = FaultyServer.start(Fault.raw(answer))) {
            assertFault(server.url(), GET, 502, "not valid HTTP", false);
        }
    }

    @Test
    void slowResponseIsWhole() {
        try (var server = FaultyServer.start(Fault.drip(OK), Fault.drip(CHUNKED + "2\r\nok\r\n0\r\n\r\n"))) {
            assertThat(send(server.url(), GET).text()).isEqualTo("ok");
            assertThat(send(server.url(), GET).text()).isEqualTo("ok");
        }
    }

    @Test
    void responseTimeoutLimitsTheFirstByte() {
        options.responseTimeout(Duration.ofMillis(150));
        try (var server = FaultyServer.start(Fault.stalledResponse())) {
            assertFault(server.url(), GET, 504, "No answer", true);
            assertThat(assertFault(server.url(), POST, 504, "No answer", true)).contains("unknown");
            server.awaitClosedByClient(2);
        }
    }

    @Test
    void bodyMayPauseLongerThanTheResponseTimeout() {
        options.responseTimeout(Duration.ofMillis(100)).totalTimeout(Duration.ofMillis(300));
        try (var server = FaultyServer.start(Fault.stalledBody())) {
            assertFault(server.url(), GET, 504, "ran out", false);
        }
    }

    static List<Fault> headersThatDoNotEnd() {
        return List.of(
                Fault.stalledHeaders(),
                Fault.raw("HTTP/1.1 2").thenStall().named("stalled status line"),
                // A second's work and more, and still within the limits.
                Fault.drip("HTTP/1.1 200 OK\r\n" + ("X-Drip: " + "x".repeat(60_000) + "\r\n").repeat(190))
                        .named("dripping headers"));
    }

    @ParameterizedTest
    @MethodSource("headersThatDoNotEnd")
    void slowHeadersAreA504AtTheDeadline(Fault fault) {
        assertEndsAtTheDeadline(fault, Duration.ofMillis(300));
    }

    static List<Fault> bodiesThatDoNotEnd() {
        return List.of(
                Fault.stalledBody(),
                Fault.raw(CHUNKED + "4\r\nha").thenStall().named("stalled chunk"),
                Fault.raw(CHUNKED + "2\r\nok\r\n0\r\nX-Trailer: ").thenStall().named("stalled trailer"),
                Fault.endless("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n", "x")
                        .named("dripping body"));
    }

    @ParameterizedTest
    @MethodSource("bodiesThatDoNotEnd")
    void slowBodyIsA504AtTheDeadline(Fault fault) {
        options.bodyLimitBytes(200_000_000);
        assertEndsAtTheDeadline(fault, Duration.ofMillis(300));
    }

    private void assertEndsAtTheDeadline(Fault fault, Duration total) {
        options.totalTimeout(total);
        try (var server = FaultyServer.start(fault)) {
            // The transport stays open: closing it would close the socket too.
            try (var transport = GatedHttp.to(server.url(), options.build(), Timing.system())) {
                assertFault(transport, GET, 504, "ran out", false);
                server.awaitClosedByClient(1);
                assertThat(server.openConnections()).isZero();
                assertThat(server.connections()).isEqualTo(1);
            }
        }
    }

    @Test
    void endlessInterimResponsesAreA502() {
        try (var server = FaultyServer.start(Fault.endlessInterimResponses())) {
            assertFault(server.url(), GET, 502, "not valid HTTP", false);
            server.awaitClosedByClient(1);
        }
    }

    @Test
    void requestsOwnTimeLimitsWin() throws Exception {
        try (var server = FaultyServer.start(Fault.stalledResponse());
                var transport = GatedHttp.to(server.url(), options.build(), Timing.system())) {
            var soon = Duration.ofMillis(100);
            assertFault(transport, GET.timeout(soon), 504, "ran out", false);
            var deadline = Deadline.after(soon, Timing.system());
            assertFault(transport, GET.timeout(Duration.ofDays(1)).deadline(deadline), 504, "ran out", false);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void passedDeadlineSendsNothing() throws Exception {
        var timing = new FakeTiming();
        try (var server = FaultyServer.start(Fault.raw(OK));
                var transport = GatedHttp.to(server.url(), options.build(), timing)) {
            var deadline = Deadline.after(Duration.ofSeconds(1), timing);
            timing.pass(Duration.ofSeconds(1));

            assertFault(transport, GET.deadline(deadline), 504, "before it was sent", false);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void connectTimeout() throws Exception {
        // A full backlog accepts no further connection.
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var backlog = new Fill(full.getLocalPort())) {
            assertThat(backlog.isFull()).isTrue();
            assertFault("http://127.0.0.1:" + full.getLocalPort(), GET, 504, "Cannot connect", true);
        }
    }

    @Test
    void exhaustedPoolIsUnavailableAndServesAgain() throws Exception {
        options.maxConnections(1).connectTimeout(Duration.ofMillis(100));
        try (var server = FaultyServer.start(
                        Fault.stalledResponse().thenWrite(OK).then(Fault.raw(OK).forever()));
                var transport = GatedHttp.to(server.url(), options.build(), Timing.system())) {
            var first = CompletableFuture.supplyAsync(() -> transport.send(GET));
            server.awaitStalled(1);
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
            server.release();

            assertThat(error.statusCode()).isEqualTo(503);
            assertThat(error.headers()).containsEntry("Retry-After", "1");
            assertThat(TransportFailure.isRetryable(error)).isFalse();
            assertThat(first.get().status()).isEqualTo(200);
            assertThat(transport.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void deadlineEndsTheWaitForAFullPool() throws Exception {
        options.maxConnections(1).connectTimeout(Duration.ofSeconds(5));
        try (var server = FaultyServer.start(Fault.stalledResponse());
                var transport = GatedHttp.to(server.url(), options.build(), Timing.system())) {
            var first = CompletableFuture.supplyAsync(() -> transport.send(GET.timeout(Duration.ofMillis(300))));
            server.awaitStalled(1);

            assertFault(transport, GET.timeout(Duration.ofMillis(50)), 504, "ran out", false);
            assertThat(catchThrowableOfType(ExecutionException.class, first::get))
                    .hasCauseInstanceOf(BackendError.class);
        }
    }

    @Test
    void failedExchangesGiveTheirConnectionsBack() throws Exception {
        options.maxConnections(1).bodyLimitBytes(10).totalTimeout(Duration.ofMillis(100));
        var faults = List.of(
                Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + "x".repeat(50))
                        .thenStall(),
                Fault.garbageStatusLine().thenStall(),
                Fault.stalledResponse(),
                Fault.malformedChunk().thenStall(),
                Fault.resetInBody(),
                Fault.endlessHeaders(),
                Fault.gzipBomb(1 << 20).thenStall(),
                Fault.raw(OK));
        try (var server = FaultyServer.start(faults.toArray(Fault[]::new));
                var transport = GatedHttp.to(server.url(), options.build(), Timing.system())) {
            for (int i = 1; i < faults.size(); i++) {
                assertThat(catchThrowableOfType(BackendError.class, () -> transport.send(GET)))
                        .isNotNull();
                server.awaitOpen(0);
            }
            assertThat(transport.send(GET).status()).isEqualTo(200);
            assertThat(server.connections()).isEqualTo(faults.size());
        }
    }

    @Test
    void interruptEndsTheWaitForAFullPool() throws Exception {
        options.maxConnections(1).connectTimeout(Duration.ofSeconds(5));
        try (var server = FaultyServer.start(Fault.stalledResponse());
                var transport = GatedHttp.to(server.url(), options.build(), Timing.system())) {
            var first = CompletableFuture.supplyAsync(() -> transport.send(GET.timeout(Duration.ofMillis(300))));
            server.awaitStalled(1);
            var outcome = new CompletableFuture<BackendError>();
            var waiter = new Thread(() -> {
                var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
                outcome.complete(Thread.currentThread().isInterrupted() ? error : BackendError.internal("no flag"));
            });
            waiter.start();
            while (waiter.getState() != Thread.State.TIMED_WAITING && waiter.isAlive()) {
                Thread.onSpinWait();
            }
            waiter.interrupt();

            assertThat(outcome.get().statusCode()).isEqualTo(503);
            assertThat(TransportFailure.isRetryable(outcome.get())).isFalse();
            assertThat(catchThrowableOfType(ExecutionException.class, first::get))
                    .isNotNull();
        }
    }

    private BackendResponse send(String url, BackendRequest request) {
        try (var transport = GatedHttp.to(url, options.build(), Timing.system())) {
            return transport.send(request);
        }
    }

    private String assertFault(String url, BackendRequest request, int status, String words, boolean retryable) {
        try (var transport = GatedHttp.to(url, options.build(), Timing.system())) {
            return assertFault(transport, request, status, words, retryable);
        }
    }

    private static String assertFault(
            GatedHttp transport, BackendRequest request, int status, String words, boolean retryable) {
        var error = catchThrowableOfType(BackendError.class, () -> transport.send(request));
        assertThat(error).isNotNull();
        assertThat(error.statusCode()).isEqualTo(status);
        var content = error.content().orElseThrow();
        assertThat(content).contains(transport.origin(), words).doesNotContain("secret", "private", "xception");
        assertThat(TransportFailure.isRetryable(error)).isEqualTo(retryable);
        return content;
    }
}
