package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.Running;
import io.apikit.Scrapes;
import io.apikit.testkit.tls.CertifiedKey;
import io.javalin.config.JettyConfig;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of which bytes come all the time, and no content; and what TLS has not decrypted yet. */
@Timeout(60)
class DrippingBodiesTest {
    private static final String CHUNKED = "POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final CertifiedKey KEY =
            CertifiedKey.builder("localhost").host("localhost").build();

    private static Running service(boolean withTls) {
        return Running.start(Running.builder()
                .operations(ops -> ops.limits(limits -> limits.headerTime(Duration.ofMillis(withTls ? 1_000 : 400))))
                .javalin(config -> {
                    if (withTls) {
                        addTls(config.jetty);
                    }
                })
                .routes(() -> {
                    get("/ask", ctx -> ctx.result("response"));
                    post("/body", ctx -> ctx.result("" + ctx.body().length()));
                }));
    }

    private static void addTls(JettyConfig jetty) {
        jetty.addConnector((server, http) -> {
            var tls = new SslContextFactory.Server();
            tls.setSslContext(KEY.sslContext());
            var connector = new ServerConnector(server, tls, new HttpConnectionFactory(http));
            connector.setHost("127.0.0.1");
            return connector;
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1;a=b", "0\r\nX-Trailer: a", "4\r\nabcd\r\n1; a", "1\r\na\r\n0\r\nA: "})
    void whatIsNoContentCountsAsWaiting(String begun) throws IOException {
        try (var running = service(false);
                var client = DrippingClient.of(running)) {
            var drop = begun.substring(begun.length() - 1);

            assertThat(client.drip(CHUNKED + begun, drop)).startsWith("HTTP/1.1 408 ");
        }
    }

    private static SSLSocket over(DrippingClient client) throws IOException {
        var tls = KEY.sslContext(KEY.certificate()).getSocketFactory();
        return (SSLSocket) tls.createSocket(client, "localhost", client.getPort(), true);
    }

    @Test
    void handshakeHasTheTimeOfHeaders() throws IOException {
        try (var running = service(true);
                var client = DrippingClient.of(running)) {
            assertThat(client.drip("\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003", "a"))
                    .doesNotContain("HTTP/1.1");

            try (var tls = over(DrippingClient.of(running))) {
                tls.getOutputStream()
                        .write("GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                                .getBytes(ISO_8859_1));
                assertThat(new String(tls.getInputStream().readAllBytes(), ISO_8859_1))
                        .contains("apikit_connections_closed_total{limit=\"handshake\"} 1.0");
            }
        }
    }

    private static void writeUntilClosed(SSLSocket tls) {
        try {
            tls.getOutputStream().write(new byte[9_000]);
        } catch (IOException ignored) {
            // Closed, as it should be.
        }
    }

    @Test
    @SuppressWarnings("try") // The client is closed early, so that its writer ends.
    void recordThatDripsIsTooSlowABody() throws IOException {
        try (var running = service(true);
                var client = DrippingClient.of(running);
                var tls = over(client)) {
            tls.getOutputStream()
                    .write("POST /body HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9000\r\n\r\n"
                            .getBytes(ISO_8859_1));
            client.dripFromNowOn();
            new Thread(() -> writeUntilClosed(tls)).start();

            assertThat(tls.getInputStream().readNBytes(13)).asString().isEqualTo("HTTP/1.1 408 ");
            client.close();
        }
    }

    @Test
    void recordThatDripsBetweenRequestsIsAHead() throws IOException {
        try (var running = service(true);
                var client = DrippingClient.of(running);
                var tls = over(client)) {
            tls.getOutputStream().write("GET /ask HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(ISO_8859_1));
            while (tls.getInputStream().read() != 'e') {
                // Up to the end of the response.
            }
            client.dripFromNowOn();
            var head = "GET /ask HTTP/1.1\r\nHost: localhost\r\nX-Long: " + "a".repeat(5_000) + "\r\n\r\n";

            assertThatThrownBy(() -> tls.getOutputStream().write(head.getBytes(ISO_8859_1)))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void headersBehindTheProxyProtocolHaveTheirTime() throws IOException {
        var builder = Running.builder()
                .operations(ops -> ops.limits(limits -> limits.headerTime(Duration.ofMillis(400))))
                .javalin(config -> config.jetty.addConnector((server, http) -> {
                    var connector =
                            new ServerConnector(server, new ProxyConnectionFactory(), new HttpConnectionFactory(http));
                    connector.setHost("127.0.0.1");
                    return connector;
                }));
        try (var running = Running.start(builder);
                var client = DrippingClient.of(running)) {
            assertThat(client.drip("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\nGET /", "a"))
                    .isEmpty();
        }
    }

    /** They are bytes without a request. */
    @Test
    void messagesOfAWebSocketAreNoHeaders() throws Exception {
        var builder = Running.builder()
                .operations(ops -> ops.limits(limits -> limits.headerTime(Duration.ofMillis(400))))
                .javalin(config -> config.routes.ws("/ws", ws -> ws.onMessage(ctx -> ctx.send(ctx.message()))));
        var received = new LinkedBlockingQueue<String>();
        try (var running = Running.start(builder);
                var headers = DrippingClient.of(running)) {
            var socket = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(URI.create("ws://127.0.0.1:" + running.app().port() + "/ws"), new WebSocket.Listener() {
                        @Override
                        public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence text, boolean last) {
                            received.add(text.toString());
                            from.request(1);
                            return null;
                        }
                    })
                    .join();
            socket.sendText("first", true).join();
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("first");
            assertThat(headers.drip("GET /", "a")).isEmpty(); // By then the time of all headers is over.

            socket.sendText("second", true).join();
            assertThat(received.poll(10, TimeUnit.SECONDS)).isEqualTo("second");
            socket.abort();
        }
    }

    @Test
    void connectionsClosedForTheirHeadersAreCounted() throws IOException {
        try (var running = service(false);
                var client = DrippingClient.of(running)) {
            assertThat(client.drip("GET /", "a")).isEmpty();

            Scrapes.until(running, text -> text.contains("apikit_connections_closed_total{limit=\"head\"} 1.0"));
        }
    }
}
