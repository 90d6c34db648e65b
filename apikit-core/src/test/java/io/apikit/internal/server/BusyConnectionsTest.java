package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.Running;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Connections that are used again at once, by requests that come whole and in pieces, short and long. */
class BusyConnectionsTest {
    private static final int CLIENTS = 16;
    private static final int REQUESTS = 60;
    private static final int LONGEST_HEADER = 4_000;
    private static final int LONGEST_BODY = 40_000;

    @Test
    void everyRequestGetsItsOwnResponse() throws Exception {
        var echo =
                Running.builder().routes(() -> post("/echo", ctx -> ctx.result(ctx.header("X-Padding") + ctx.body())));
        try (var running = Running.start(echo)) {
            var url = URI.create("http://127.0.0.1:" + running.app().port() + "/echo");
            var clients = Executors.newFixedThreadPool(CLIENTS);
            try {
                var all = IntStream.range(0, CLIENTS).<Callable<Void>>mapToObj(client -> () -> asks(url, client));
                for (var one : clients.invokeAll(all.toList())) {
                    one.get();
                }
            } finally {
                clients.shutdown();
            }
        }
    }

    /** One after the other, so on one connection. */
    @SuppressWarnings("NullAway") // nothing comes of it
    private static Void asks(URI url, int seed) throws Exception {
        var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        for (int i = 0; i < REQUESTS; i++) {
            var header = text(random, LONGEST_HEADER);
            var body = text(random, i % 2 == 0 ? LONGEST_BODY : 10);
            var request = HttpRequest.newBuilder(url)
                    .header("X-Padding", header)
                    .POST(BodyPublishers.ofString(body))
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).body()).isEqualTo(header + body);
        }
        return null;
    }

    private static String text(RandomGenerator random, int most) {
        return random.ints(1 + random.nextInt(most), 'a', 'z')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** A thread may serve several requests of a connection, which a proxy may share between its callers. */
    @Test
    void nothingThatAHandlerLeavesWithItsThreadIsThereForTheNextCaller() throws Exception {
        var remembering = Running.builder()
                .routes(() -> get("/", ctx -> {
                    var caller = String.valueOf(ctx.header("Authorization"));
                    ctx.result(caller + " after " + MDC.get("left"));
                    MDC.put("left", caller);
                }));
        try (var running = Running.start(remembering);
                var socket = new Socket(
                        InetAddress.getLoopbackAddress(), running.app().port())) {
            for (int i = 0; i < 2 * REQUESTS; i++) {
                var caller = i % 2 == 0 ? "Bearer even" : "Bearer odd";
                socket.getOutputStream()
                        .write(("GET / HTTP/1.1\r\nHost: h\r\nAuthorization: " + caller + "\r\n\r\n")
                                .getBytes(US_ASCII));
                var body = caller + " after null";
                assertThat(response(socket.getInputStream(), body.length())).endsWith("\r\n\r\n" + body);
            }
        }
    }

    private static String response(InputStream in, int length) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        return head + new String(in.readNBytes(length), US_ASCII);
    }

    @Test
    void theAuthorsConnectorIsTheOnlyOne() {
        assertThat(connectors(Running.builder()
                        .javalin(config -> config.jetty.addConnector((server, http) -> {
                            var connector = new ServerConnector(server);
                            connector.setHost("127.0.0.1");
                            return connector;
                        }))))
                .singleElement()
                .isExactlyInstanceOf(ServerConnector.class);
        assertThat(connectors(Running.builder()
                        .javalin(config -> config.jetty.modifyServer(server -> {
                            var connector = new ServerConnector(server);
                            connector.setHost("127.0.0.1");
                            server.addConnector(connector);
                        }))))
                .singleElement()
                .isExactlyInstanceOf(ServerConnector.class);
    }

    @Test
    void readAheadIsASettingThatIsOnByDefault() {
        assertThat(connectors(Running.builder())).singleElement().isExactlyInstanceOf(YieldingConnector.class);
        assertThat(connectors(Running.builder().operations(ops -> ops.readAhead(false))))
                .singleElement()
                .isExactlyInstanceOf(ClosingConnector.class);
    }

    private static Connector[] connectors(ApiApp.Builder builder) {
        var app = builder.build().start();
        try {
            return app.jettyServer().server().getConnectors();
        } finally {
            app.stop();
        }
    }
}
