package io.apikit.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class TransportFaultsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final String CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final BackendRequest GET = BackendRequest.get("/private").query("q", "secret");
    private static final BackendRequest POST = BackendRequest.post("/private").form(Map.of("a", "secret"));

    private final HttpOptions.Builder options = HttpOptions.builder()
            .connectTimeout(Duration.ofMillis(200))
            .responseTimeout(Duration.ofSeconds(5))
            .totalTimeout(Duration.ofSeconds(5));

    @Test
    void refusedConnection() throws Exception {
        int port;
        try (var taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        var url = "http://127.0.0.1:" + port;

        assertFault(url, GET, 502, "connection refused", true);
        assertThat(assertFault(url, POST, 502, "connection refused", true)).doesNotContain("unknown");
    }

    @Test
    void unknownHost() {
        var error = catchThrowableOfType(BackendError.class, () -> send("http://no-such-host.invalid", GET));

        assertThat(error.statusCode()).isEqualTo(502);
        assertThat(error.content().orElseThrow()).contains("http://no-such-host.invalid", "unknown host");
    }

    @Test
    void resetBeforeTheFirstByte() throws Exception {
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            connection.reset();
        })) {
            assertFault(server.url(), GET, 502, "reset", true);
            assertThat(assertFault(server.url(), POST, 502, "reset", true)).contains("POST", "unknown");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void connectionClosedWithoutAnAnswer() throws Exception {
        try (var server = RawServer.answering("")) {
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
    void answerThatBreaksOff(String answer) throws Exception {
        try (var server = RawServer.answering(answer)) {
            assertFault(server.url(), GET, 502, "broke off", true);
        }
    }

    @Test
    void resetInMidBody() throws Exception {
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf");
            connection.reset();
        })) {
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
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nthis is no gzip",
                "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx",
            })
    void malformedAnswer(String answer) throws Exception {
        try (var server = RawServer.answering(answer)) {
            assertFault(server.url(), GET, 502, "not valid HTTP", false);
        }
    }

    @Test
    void endlessHeadersAreCut() throws Exception {
        try (var many = RawServer.on(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\n").writeForever("X-More: x\r\n");
                });
                var large = RawServer.on(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\nX-Large: ").writeForever("x".repeat(1000));
                })) {
            assertFault(many.url(), GET, 502, "too large headers", false);
            assertFault(large.url(), GET, 502, "too large headers", false);
        }
    }

    @Test
    void responseTimeoutBoundsTheWaitForTheFirstByte() throws Exception {
        options.responseTimeout(Duration.ofMillis(150));
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            connection.stall();
        })) {
            assertFault(server.url(), GET, 504, "No answer", true);
            assertThat(assertFault(server.url(), POST, 504, "No answer", true)).contains("unknown");
        }
    }

    @Test
    void bodyMayPauseLongerThanTheResponseTimeout() throws Exception {
        options.responseTimeout(Duration.ofMillis(100)).totalTimeout(Duration.ofMillis(300));
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nha").stall();
        })) {
            assertFault(server.url(), GET, 504, "ran out", false);
        }
    }

    @Test
    void totalBoundsHeadersThatStallOrDrip() throws Exception {
        options.totalTimeout(Duration.ofMillis(150));
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nX-Drip: ").drip("x");
        })) {
            assertFault(server.url(), GET, 504, "ran out", false);
        }
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 200 OK\r\nX-").stall();
        })) {
            assertFault(server.url(), GET, 504, "ran out", false);
        }
    }

    @Test
    void totalBoundsABodyThatDripsAndClosesTheConnection() throws Exception {
        options.totalTimeout(Duration.ofMillis(150));
        var gone = new CountDownLatch(1);
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            try {
                connection
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                        .drip("x");
            } finally {
                gone.countDown();
            }
        })) {
            assertFault(server.url(), GET, 504, "ran out", false);
            gone.await();
        }
    }

    @Test
    void totalBoundsEndlessInterimAnswers() throws Exception {
        options.totalTimeout(Duration.ofMillis(150));
        try (var server = RawServer.on(connection -> {
            connection.readRequest();
            connection.writeForever("HTTP/1.1 102 Processing\r\n\r\n");
        })) {
            assertFault(server.url(), GET, 504, "ran out", false);
        }
    }

    @Test
    void timeoutAndDeadlineOfTheRequestWinOverTheTotal() throws Exception {
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    connection.stall();
                });
                var transport = HttpTransport.to(server.url(), options.build(), Timing.system())) {
            var soon = Duration.ofMillis(100);
            assertFault(transport, GET.timeout(soon), 504, "ran out", false);
            var deadline = Deadline.after(soon, Timing.system());
            assertFault(transport, GET.timeout(Duration.ofDays(1)).by(deadline), 504, "ran out", false);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void deadlinePassedSendsNothing() throws Exception {
        var timing = new FakeTiming();
        try (var server = RawServer.answering(OK);
                var transport = HttpTransport.to(server.url(), options.build(), timing)) {
            var deadline = Deadline.after(Duration.ofSeconds(1), timing);
            timing.pass(Duration.ofSeconds(1));

            assertFault(transport, GET.by(deadline), 504, "before it was sent", false);
            assertThat(server.connections()).isZero();
        }
    }

    @Test
    void connectTimeout() throws Exception {
        // A full backlog answers no further connection.
        try (var full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var backlog = new Fill(full.getLocalPort())) {
            assertThat(backlog.isFull()).isTrue();
            assertFault("http://127.0.0.1:" + full.getLocalPort(), GET, 504, "Cannot connect", true);
        }
    }

    @Test
    void exhaustedPoolIsUnavailableAndServesAgain() throws Exception {
        options.maxConnections(1).connectTimeout(Duration.ofMillis(100));
        var arrived = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        try (var server = RawServer.on(connection -> {
                    while (true) {
                        connection.readRequest();
                        arrived.countDown();
                        release.await();
                        connection.write(OK);
                    }
                });
                var transport = HttpTransport.to(server.url(), options.build(), Timing.system())) {
            var first = CompletableFuture.supplyAsync(() -> transport.send(GET));
            arrived.await();
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
            release.countDown();

            assertThat(error.statusCode()).isEqualTo(503);
            assertThat(error.headers()).containsEntry("Retry-After", "1");
            assertThat(TransportFault.isRetryable(error)).isFalse();
            assertThat(first.get().status()).isEqualTo(200);
            assertThat(transport.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void deadlineFreesAWaiterForTheFullPool() throws Exception {
        options.maxConnections(1).connectTimeout(Duration.ofSeconds(5));
        var arrived = new CountDownLatch(1);
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    arrived.countDown();
                    connection.stall();
                });
                var transport = HttpTransport.to(server.url(), options.build(), Timing.system())) {
            var first = CompletableFuture.supplyAsync(() -> transport.send(GET.timeout(Duration.ofMillis(300))));
            arrived.await();

            assertFault(transport, GET.timeout(Duration.ofMillis(50)), 504, "ran out", false);
            assertThat(catchThrowableOfType(ExecutionException.class, first::get))
                    .hasCauseInstanceOf(BackendError.class);
        }
    }

    @Test
    void failedExchangesGiveTheirConnectionsBack() throws Exception {
        options.maxConnections(1).bodyLimitBytes(10).totalTimeout(Duration.ofMillis(100));
        var answers = new String[] {
            "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + "x".repeat(50),
            "garbage\r\n\r\n",
            "",
            CHUNKED + "zz\r\n",
        };
        var count = new AtomicInteger();
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    int i = count.getAndIncrement();
                    connection.write(i < answers.length ? answers[i] : OK);
                    connection.stall();
                });
                var transport = HttpTransport.to(server.url(), options.build(), Timing.system())) {
            for (int i = 0; i < answers.length; i++) {
                assertThat(catchThrowableOfType(BackendError.class, () -> transport.send(GET)))
                        .isNotNull();
            }
            assertThat(transport.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void interruptIsKeptAndFreesAWaiterForTheFullPool() throws Exception {
        options.maxConnections(1).connectTimeout(Duration.ofSeconds(5));
        var arrived = new CountDownLatch(1);
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    arrived.countDown();
                    connection.stall();
                });
                var transport = HttpTransport.to(server.url(), options.build(), Timing.system())) {
            var first = CompletableFuture.supplyAsync(() -> transport.send(GET.timeout(Duration.ofMillis(300))));
            arrived.await();
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
            assertThat(TransportFault.isRetryable(outcome.get())).isFalse();
            assertThat(catchThrowableOfType(ExecutionException.class, first::get))
                    .isNotNull();
        }
    }

    @Test
    void connectionClosedByTheServerWhileIdleIsReplaced() throws Exception {
        var closed = new CountDownLatch(1);
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    connection.write(OK);
                    connection.close();
                    closed.countDown();
                });
                var transport = HttpTransport.to(server.url(), options.build(), Timing.system())) {
            transport.send(GET);
            closed.await();
            var idleSince = System.nanoTime();
            while (System.nanoTime() - idleSince < 40_000_000) {
                Thread.onSpinWait();
            }

            assertThat(transport.send(POST).status()).isEqualTo(200);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void policyRetriesResetsOnTheWireExactlyAsOftenAsItSays() throws Exception {
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    connection.reset();
                });
                var transport = HttpTransport.to(server.url(), options.build(), Timing.system())) {
            var retrying = RetryPolicy.standard().retrying(transport, new FakeTiming());
            assertThat(catchThrowableOfType(BackendError.class, () -> retrying.send(GET)))
                    .isNotNull();
            assertThat(server.connections()).isEqualTo(3);
            assertThat(catchThrowableOfType(BackendError.class, () -> retrying.send(POST)))
                    .isNotNull();
            assertThat(server.connections()).isEqualTo(4);
        }
    }

    private BackendResponse send(String url, BackendRequest request) {
        try (var transport = HttpTransport.to(url, options.build(), Timing.system())) {
            return transport.send(request);
        }
    }

    private String assertFault(String url, BackendRequest request, int status, String words, boolean retryable) {
        try (var transport = HttpTransport.to(url, options.build(), Timing.system())) {
            return assertFault(transport, request, status, words, retryable);
        }
    }

    private static String assertFault(
            HttpTransport transport, BackendRequest request, int status, String words, boolean retryable) {
        var error = catchThrowableOfType(BackendError.class, () -> transport.send(request));
        assertThat(error).isNotNull();
        assertThat(error.statusCode()).isEqualTo(status);
        var content = error.content().orElseThrow();
        assertThat(content).contains(transport.origin(), words).doesNotContain("secret", "private", "xception");
        assertThat(TransportFault.isRetryable(error)).isEqualTo(retryable);
        return content;
    }
}
