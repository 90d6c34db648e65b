package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that read a response slowly, and services that write one slowly. */
@Timeout(60)
class SlowReadersTest {
    private static final int LENGTH = 64 << 20;
    private static final Duration TIME = Duration.ofMillis(300);

    private final CompletableFuture<Throwable> cutOff = new CompletableFuture<>();
    private final Running running = Running.start(Running.builder()
            .operations(ops -> ops.limits(limits -> ((LimitSettings) limits)
                    .readerTime(TIME)
                    .responseBytesPerSecond(10_000_000)
                    .headerTime(Duration.ofMillis(400))))
            .routes(() -> {
                get("/large", ctx -> {
                    try {
                        for (var sent = 0; sent < LENGTH; sent += 16_384) {
                            ctx.res().getOutputStream().write(new byte[16_384]);
                        }
                        cutOff.complete(new AssertionError("all was sent"));
                    } catch (IOException e) {
                        cutOff.complete(e);
                    }
                });
                get("/at-once", ctx -> ctx.result(new byte[LENGTH]));
                get("/slow", ctx -> {
                    for (var part = 0; part < 10; part++) {
                        ctx.res().getOutputStream().write('0' + part);
                        ctx.res().getOutputStream().flush();
                        TimeUnit.MILLISECONDS.sleep(60);
                    }
                });
            }));

    @AfterEach
    void stop() {
        running.close();
    }

    private Socket ask(String path) throws IOException {
        var socket = new Socket();
        socket.setReceiveBufferSize(16_384);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), running.app().port()));
        socket.setSoTimeout(10_000);
        socket.getOutputStream()
                .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").getBytes(ISO_8859_1));
        return socket;
    }

    /** Reads on, but less than it should. */
    private static int readSlowly(Socket socket) throws Exception {
        var read = 0;
        while (true) {
            var bytes = socket.getInputStream().read(new byte[4_096]);
            if (bytes < 0) {
                return read;
            }
            read += bytes;
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }

    @Test
    void slowReaderIsCutOff() throws Exception {
        try (var socket = ask("/large")) {
            assertThatThrownBy(() -> {
                        assertThat(readSlowly(socket)).isGreaterThan(LENGTH);
                    })
                    .isInstanceOfAny(IOException.class, AssertionError.class);
            assertThat(cutOff.get(10, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
        Scrapes.until(running, text -> text.contains("apikit_connections_closed_total{limit=\"reader\"} 1.0"));
    }

    @Test
    @SuppressWarnings("try") // The client keeps its connection open and reads nothing.
    void slowReaderOfAResponseInMemoryIsCutOff() throws Exception {
        try (var socket = ask("/at-once")) {
            Scrapes.until(running, text -> text.contains("apikit_connections_closed_total{limit=\"reader\"} 1.0"));
        }
    }

    @Test
    void fastReaderIsServedWhole() throws IOException {
        try (var socket = ask("/large")) {
            assertThat(socket.getInputStream().readAllBytes()).hasSizeGreaterThan(LENGTH);
        }
    }

    @Test
    void readerOfASlowServiceIsServedWhole() throws IOException {
        try (var socket = ask("/slow")) {
            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .endsWith("\r\n\r\n0123456789");
        }
    }

    @Test
    void rateIsNotNegative() {
        assertThatThrownBy(() -> new LimitSettings().responseBytesPerSecond(-1))
                .hasMessageContaining("responseBytesPerSecond");
    }
}
