package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limits of a service whose author has added HTTP/2. */
@Timeout(60)
class Http2Test {
    private static final Duration TIME = Duration.ofMillis(500);

    /** RFC 9113, section 3.4: the preface and an empty SETTINGS frame. */
    private static final String BEGUN = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(0, 4, 0, 0);

    private final Running running = Running.start(Running.builder()
            .operations(ops -> ops.limits(limits -> limits.headerTime(TIME)))
            .javalin(config -> config.jetty.addConnector((server, http) -> {
                var connector = new ServerConnector(
                        server, new HttpConnectionFactory(http), new HTTP2CServerConnectionFactory(http));
                connector.setHost("127.0.0.1");
                connector.setIdleTimeout(400);
                return connector;
            }))
            .routes(() -> get("/ask", ctx -> ctx.result("response"))));

    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        running.close();
    }

    /** A frame's header, of which the length and the flags matter here. */
    private static String frame(int length, int type, int flags, int stream) {
        var head = new ByteArrayOutputStream();
        head.write(length >> 16);
        head.write(length >> 8);
        head.write(length);
        head.write(type);
        head.write(flags);
        for (var shift = 24; shift >= 0; shift -= 8) {
            head.write(stream >> shift);
        }
        return head.toString(ISO_8859_1);
    }

    private HttpResponse<String> ask(String path, int headerBytes) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + running.app().port() + path))
                .header("X-Large", "a".repeat(headerBytes));
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void nineKilobytesOfHeadersAreA431OfTheirStream() throws Exception {
        assertThat(ask("/ask", 1).version()).isEqualTo(HttpClient.Version.HTTP_2);

        var refused = ask("/ask", 9 * 1024);
        assertThat(refused.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(refused.statusCode()).isEqualTo(431);
        assertThat(refused.body()).contains("\"status_code\":431");
        assertThat(ask("/ask?" + "a".repeat(9 * 1024), 1).statusCode()).isEqualTo(414);
        assertThat(ask("/ask", 7 * 1024).statusCode()).isEqualTo(200);
        assertThat(statusOrZero(17 * 1024)).isNotEqualTo(200);
        assertThat(ask("/ask", 1).statusCode()).isEqualTo(200);
    }

    /** Whether a client makes an exception of the end of its connection depends on its version. */
    private int statusOrZero(int headerBytes) throws InterruptedException {
        try {
            return ask("/ask", headerBytes).statusCode();
        } catch (IOException ignored) {
            return 0;
        }
    }

    @Test
    void nineKilobytesAre431InHttp1OfTheSameConnector() throws IOException {
        var head = "GET /ask HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: ";

        assertThat(running.raw(head + "a".repeat(9 * 1024) + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
        assertThat(running.raw(head + "a".repeat(7 * 1024) + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
        assertThat(running.raw("GET /ask?" + "a".repeat(9 * 1024) + head.substring("GET /ask".length()) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
    }

    @Test
    void headThatDripsEndsTheConnection() throws Exception {
        ask("/ask", 1); // The classes of HTTP/2 are loaded then, which takes longer than a head may.
        try (var client = DrippingClient.of(running)) {
            client.dripUntilClosed(BEGUN + frame(16_000, 1, 0, 1), "\u0082");
        }
    }

    @Test
    void framesThatOpenNoStreamEndTheConnection() throws Exception {
        ask("/ask", 1);
        var ping = frame(8, 6, 1, 0) + "12345678";
        try (var client = DrippingClient.of(running)) {
            client.dripUntilClosed(BEGUN + ping, ping);
        }
    }
}
