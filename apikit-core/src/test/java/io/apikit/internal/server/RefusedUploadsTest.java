package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Callers that are refused while they are still sending. */
@Timeout(60)
class RefusedUploadsTest {
    private static final int BODY = 900_000;
    private static final int PIECE = 16 * 1024;

    private final CountDownLatch ended = new CountDownLatch(1);
    private Running running = Running.start(service());

    private ApiApp.Builder service() {
        return Running.builder()
                .javalin(config -> config.jetty.modifyServer(
                        server -> server.setRequestLog((request, response) -> ended.countDown())))
                .routes(() -> {
                    post("/refused", ctx -> ctx.status(401).result("who are you?"));
                    post("/failed", ctx -> {
                        throw new IllegalStateException("on purpose");
                    });
                });
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), running.app().port());
        socket.setSoTimeout(10_000);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(ISO_8859_1));
    }

    private static String head(String path, int bytes, String... headers) {
        var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        return "POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: " + bytes + "\r\n" + more + "\r\n";
    }

    private static String answer(Socket socket) throws IOException {
        return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
    }

    /** Sends most of the body when the answer is there already, not in haste, and looks at the answer only then. */
    private String upload(String path, int bytes) throws IOException {
        try (var socket = connect();
                var other = connect()) {
            send(socket, head(path, bytes) + "a".repeat(PIECE));
            int first = socket.getInputStream().read();
            for (var sent = PIECE; sent < bytes; sent += PIECE) {
                roundTrip(other);
                send(socket, "a".repeat(Math.min(PIECE, bytes - sent)));
            }
            return (char) first + answer(socket);
        }
    }

    /** Something that the server does meanwhile, and that is not counted by limits. */
    private static void roundTrip(Socket other) throws IOException {
        send(other, "HEAD / HTTP/1.1\r\nHost: x\r\n\r\n");
        var came = new StringBuilder();
        while (came.indexOf("\r\n\r\n") < 0) {
            came.append((char) other.getInputStream().read());
        }
        assertThat(came).startsWith("HTTP/1.1 200 ");
    }

    private static void assertWhole(String answer, int status, String content) {
        assertThat(answer)
                .startsWith("HTTP/1.1 " + status + " ")
                .containsIgnoringCase("\r\nConnection: close\r\n")
                .endsWith("\"status_code\":" + status + ",\"error_content\":" + content + "}");
    }

    @RepeatedTest(5)
    void aClientThatStillSendsGetsTheHandlersResponse() throws IOException {
        assertWhole(upload("/refused", BODY), 401, "\"who are you?\"");
    }

    @RepeatedTest(5)
    void aClientThatStillSendsGetsThe404() throws IOException {
        assertThat(upload("/nowhere", BODY)).startsWith("HTTP/1.1 404 ").contains("\"status_code\":404");
    }

    @Test
    void aClientThatStillSendsGetsThe500() throws IOException {
        assertThat(upload("/failed", BODY)).startsWith("HTTP/1.1 500 ").contains("\"status_code\":500");
    }

    @Test
    void aClientThatStillSendsGetsThe413() throws IOException {
        assertThat(upload("/refused", 5_000_000)).startsWith("HTTP/1.1 413 ").contains("\"status_code\":413");
    }

    @RepeatedTest(5)
    void aClientThatStillSendsGetsThe429() throws IOException {
        running.close();
        running = Running.start(service()
                .operations(ops -> ops.limits(limits -> limits.perPeer(1, Duration.ofHours(1)))));
        upload("/refused", BODY);

        assertWhole(upload("/refused", BODY), 429, "\"asked too often\"");
    }

    @Test
    void aSmallBodyThatHasArrivedKeepsTheConnection() throws IOException {
        try (var socket = connect()) {
            send(socket, head("/refused", 4) + "body" + head("/nowhere", 4, "Connection: close") + "body");

            assertThat(answer(socket)).containsSubsequence("HTTP/1.1 401 ", "HTTP/1.1 404 ");
        }
    }

    @Test
    void aClientThatExpectsContinueIsNotAskedForTheBody() throws Exception {
        try (var socket = connect()) {
            send(socket, head("/refused", BODY, "Expect: 100-continue"));

            assertThat(answer(socket)).startsWith("HTTP/1.1 401 ").doesNotContain("HTTP/1.1 100 ");
            assertThat(ended.await(1, SECONDS)).isTrue();
        }
    }

    @Test
    void aSilentClientIsClosedAfterFiveSeconds() throws Exception {
        try (var socket = connect()) {
            var begun = System.nanoTime();
            send(socket, head("/refused", BODY) + "a".repeat(PIECE));
            assertWhole(answer(socket), 401, "\"who are you?\"");

            assertThat(ended.await(20, SECONDS)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofSeconds(5), Duration.ofSeconds(8));
        }
    }

    @Test
    void aStopDoesNotWaitForWhatIsStillSent() throws Exception {
        var stopped = new CountDownLatch(1);
        try (var socket = connect()) {
            send(socket, head("/refused", BODY) + "a".repeat(PIECE));
            assertWhole(answer(socket), 401, "\"who are you?\"");
            var sending = CompletableFuture.runAsync(() -> trickle(socket, stopped));
            var begun = System.nanoTime();

            running.close();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(3));
            stopped.countDown();
            sending.get(10, SECONDS);
        }
    }

    private static void trickle(Socket socket, CountDownLatch until) {
        try {
            while (!until.await(5, MILLISECONDS)) {
                send(socket, "a");
            }
        } catch (IOException ended) {
            // By the server, as it should be.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
