package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections that send their headers byte by byte, and those that just look so. */
@Timeout(60)
class SlowHeadersTest {
    private static final Duration TIME = Duration.ofMillis(300);
    private static final String LINE = "GET /" + "a".repeat(5000);
    private static final String HEAD = "GET /ask HTTP/1.1\r\nHost: x\r\n";

    private Running running = service();

    private static Running service() {
        return Running.start(Running.builder()
                .operations(ops -> ops.limits(limits -> limits.headerTime(TIME).bodyBytesPerSecond(0)))
                .routes(() -> {
                    get("/ask", ctx -> ctx.result("answer"));
                    post("/ask", ctx -> ctx.result(ctx.body()));
                }));
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

    /** Sends this over and over, a byte each 5 ms, until the server ends the connection; gives back how long it took. */
    private static Duration trickleUntilClosed(Socket socket, String what) throws IOException {
        var begun = System.nanoTime();
        socket.setSoTimeout(5);
        for (var i = 0; i < 10_000; i++) {
            try {
                socket.getOutputStream().write(what.charAt(i % what.length()));
                if (socket.getInputStream().read() < 0) {
                    return Duration.ofNanos(System.nanoTime() - begun);
                }
                throw new AssertionError("it was answered");
            } catch (SocketTimeoutException stillOpen) {
                // The next byte.
            } catch (SocketException reset) {
                return Duration.ofNanos(System.nanoTime() - begun);
            }
        }
        throw new AssertionError("it stayed open");
    }

    private static void ask(Socket socket, String request, String answer) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        var came = new StringBuilder();
        while (!came.toString().endsWith("\r\n\r\n" + answer)) {
            int next = socket.getInputStream().read();
            assertThat(next).as("closed after %s", came).isNotNegative();
            came.append((char) next);
        }
        assertThat(came.toString()).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void headersThatTrickleEndTheirConnection() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream().write(HEAD.getBytes(ISO_8859_1));

            assertThat(trickleUntilClosed(socket, "X-Slow: a\r\n")).isBetween(TIME, TIME.plusSeconds(3));
        }
    }

    @Test
    void aRequestLineThatTricklesEndsItsConnection() throws IOException {
        try (var socket = connect()) {
            assertThat(trickleUntilClosed(socket, LINE)).isBetween(TIME, TIME.plusSeconds(3));
        }
    }

    @Test
    void emptyLinesThatTrickleEndTheirConnection() throws IOException {
        try (var socket = connect()) {
            assertThat(trickleUntilClosed(socket, "\r\n")).isBetween(TIME, TIME.plusSeconds(3));
        }
    }

    @Test
    void headersThatTrickleAfterARequestThatWasAnsweredEndTheirConnectionToo() throws IOException {
        try (var socket = connect()) {
            for (var i = 0; i < 3; i++) {
                ask(socket, HEAD + "\r\n", "answer");
            }
            assertThat(trickleUntilClosed(socket, LINE)).isBetween(TIME, TIME.plusSeconds(3));
        }
    }

    @Test
    void aConnectionThatIsSilentBetweenRequestsIsNoOffence() throws IOException {
        try (var quiet = connect();
                var untouched = connect()) {
            ask(quiet, HEAD + "\r\n", "answer");
            for (var i = 0; i < 2; i++) {
                letTimePass();
                ask(quiet, HEAD + "\r\n", "answer");
            }
            ask(untouched, HEAD + "\r\n", "answer");
        }
    }

    @Test
    void aBodyThatComesSlowlyIsNoHeader() throws IOException {
        try (var socket = connect()) {
            socket.getOutputStream()
                    .write("POST /ask HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nab".getBytes(ISO_8859_1));
            letTimePass();
            socket.getOutputStream().write('c');
            letTimePass();
            ask(socket, "d", "abcd");
            letTimePass();
            ask(socket, HEAD + "\r\n", "answer");
        }
    }

    /** The server proves by another connection that it has looked: that one's time is over. */
    private void letTimePass() throws IOException {
        try (var other = connect()) {
            trickleUntilClosed(other, LINE);
        }
    }

    @Test
    void aConnectorOfTheAuthorsIsWatchedToo() throws IOException {
        running.close();
        running = Running.start(Running.builder()
                .operations(ops -> ops.limits(limits -> limits.headerTime(TIME)))
                .javalin(config -> config.jetty.addConnector((server, http) -> {
                    var connector = new ServerConnector(server, new HttpConnectionFactory(http));
                    connector.setHost("127.0.0.1");
                    connector.setPort(0);
                    connector.setIdleTimeout(300);
                    return connector;
                })));
        try (var socket = connect()) {
            assertThat(trickleUntilClosed(socket, LINE)).isBetween(TIME, TIME.plusSeconds(3));
        }
    }
}
