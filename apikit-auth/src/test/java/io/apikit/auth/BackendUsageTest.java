package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.ws;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ch.qos.logback.classic.Level;
import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.javalin.http.Context;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The use of a backend by an app: what is known to it, and what ends with a request or with the app. */
@Timeout(60)
class BackendUsageTest extends FrontDoorTest {
    private static final String UNKNOWN = "which its app does not know";

    private final LibraryLog log = LibraryLog.opened();

    @AfterEach
    void closeLog() {
        log.close();
    }

    private static void pass(Backend backend, Context ctx) {
        ctx.result(backend.session(ctx).get("/data").orThrow().text());
    }

    @Test
    void backendsThatAnAppWasGivenAreKnown() throws Exception {
        var first = opened(Backend.at(server.url()));
        var second = opened(Backend.at(server.url()));
        var third = opened(Backend.at(server.url()));
        var app = ApiApp.builder(metadata("known"))
                .auth(first)
                .routes("/second", second, () -> get("/x", ctx -> pass(second, ctx)))
                .closeOnStop(third)
                .routes(() -> {
                    get("/first", ctx -> pass(first, ctx));
                    get("/third", ctx -> pass(third, ctx));
                })
                .build()
                .start("127.0.0.1", 0);

        for (var path : List.of("/first", "/second/x", "/third")) {
            ask(app.port(), path);
        }
        app.stop();

        assertThat(log.count(UNKNOWN)).isZero();
    }

    @Test
    void backendInARegistryIsKnown() throws Exception {
        var other = opened(Backend.at(server.url()));
        var registry = new SimpleMeterRegistry();
        other.bindTo(registry);
        var port = serve(opened(Backend.at(server.url())), () -> get("/x", ctx -> pass(other, ctx)));

        ask(port, "/x");

        assertThat(log.count(UNKNOWN)).isZero();
    }

    @Test
    void unknownBackendIsReportedOnce() throws Exception {
        var other = opened(Backend.at(server.url()));
        var port = serve(opened(Backend.at(server.url())), () -> get("/x", ctx -> pass(other, ctx)));

        for (var i = 0; i < 3; i++) {
            ask(port, "/x");
        }

        assertThat(log.await(Level.WARN, UNKNOWN)).contains("GET /x");
        assertThat(log.count(UNKNOWN)).isZero();
    }

    @Test
    void sessionOfAClosedBackendSaysSo() {
        var backend = backend();
        var session = backend.session(ALICE);
        session.get("/data");
        backend.close();

        assertFails(503, () -> session.get("/data"))
                .withMessageContaining("The backend " + server.url() + " is closed");
        assertFails(503, () -> session.post("/data", "x")).withMessageContaining("is closed");
        assertFails(503, () -> backend.session(BOB).get("/data")).withMessageContaining("is closed");
    }

    /** Jetty's objects of the first request stand for the second one then, with the credentials of its caller. */
    @Test
    void keptContextNeverShowsTheNextCaller() throws Exception {
        var backend = opened(Backend.at(server.url()).auth(Authenticator.basic()));
        var kept = new CompletableFuture<Context>();
        var port = serve(backend, () -> {
            get("/first", ctx -> kept.complete(ctx.result("x")));
            get("/second", ctx -> {
                assertThatIllegalStateException()
                        .isThrownBy(() -> backend.session(kept.get()))
                        .withMessageContaining("was called after the request was over");
                ctx.result("checked");
            });
        });

        askAs("alice", "wonderland", port, "/first");

        assertThat(askAs("bob", "builder", port, "/second").body()).isEqualTo("checked");
    }

    /** An upgrade has no context of an HTTP handler, by which the earlier one would be found over. */
    @Test
    void keptContextNeverShowsTheCallerOfAWebSocket() throws Exception {
        var backend = opened(Backend.at(server.url()).auth(Authenticator.basic()));
        var kept = new CompletableFuture<Context>();
        var checked = new CompletableFuture<Boolean>();
        var app = ApiApp.builder(metadata("upgrading"))
                .auth(backend)
                .javalin(config -> config.routes.wsBeforeUpgrade("/live", ctx -> {
                    assertThat(backend.session(ctx)).isNotNull();
                    assertThatIllegalStateException()
                            .isThrownBy(() -> backend.session(kept.get()))
                            .withMessageContaining("was called after the request was over");
                    checked.complete(true);
                }))
                .routes(() -> {
                    get("/first", ctx -> kept.complete(ctx.result("x")));
                    ws("/live", socket -> {});
                })
                .operations(ops -> ops.grace(Duration.ZERO).stopDelay(Duration.ZERO))
                .build()
                .start("127.0.0.1", 0);

        try (var socket = new Socket(InetAddress.getLoopbackAddress(), app.port())) {
            socket.setSoTimeout(20_000);
            send(socket, "GET /first", "alice:wonderland");
            assertThat(lines(socket)).first().isEqualTo("HTTP/1.1 200 OK");
            assertThat(socket.getInputStream().read()).isEqualTo('x');
            send(
                    socket,
                    "GET /live",
                    "bob:builder",
                    "Connection: Upgrade",
                    "Upgrade: websocket",
                    "Sec-WebSocket-Version: 13",
                    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");

            assertThat(lines(socket)).first().isEqualTo("HTTP/1.1 101 Switching Protocols");
            assertThat(checked).isCompletedWithValue(true);
        } finally {
            app.stop();
        }
    }

    /** Reads the lines of one head, and no byte more. */
    private static List<String> lines(Socket from) throws IOException {
        var head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = from.getInputStream().read();
            assertThat(next).isNotNegative();
            head.append((char) next);
        }
        return head.toString().lines().toList();
    }

    private static ServiceMetadata metadata(String name) {
        return ServiceMetadata.builder()
                .name(name)
                .version("1")
                .repository("https://example.org/" + name)
                .description("Uses backends.")
                .build();
    }

    private static void send(Socket to, String line, String caller, String... headers) throws IOException {
        var more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
        var pair = Base64.getEncoder().encodeToString(caller.getBytes(US_ASCII));
        to.getOutputStream()
                .write((line + " HTTP/1.1\r\nHost: x\r\nAuthorization: Basic " + pair + "\r\n" + more + "\r\n")
                        .getBytes(US_ASCII));
    }
}
