package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a handler passes on of a caller's malformed request: an error of the caller, without a WARN or a stack. */
@Timeout(60)
class MalformedCallersTest extends FrontDoorTest {
    private final LibraryLog log = LibraryLog.opened();
    private int port;

    @BeforeEach
    void start() {
        var url = backend(config -> {
            config.routes.get("/data", ctx -> ctx.result("data"));
            config.routes.post("/data", ctx -> ctx.result(ctx.body()));
        });
        var backend = opened(Backend.at(url).auth(Authenticator.basic()).retry(RetryPolicy.none()));
        port = serve(backend, () -> {
            get("/data", ctx -> {
                ctx.result(backend.session(ctx)
                        .send(BackendRequest.get("/data").conditionsOf(ctx))
                        .orThrow()
                        .text());
            });
            post("/data", ctx -> {
                var request = BackendRequest.post("/data")
                        .body(ctx.bodyInputStream(), ctx.req().getContentLengthLong(), "text/plain");
                ctx.result(backend.session(ctx).send(request).orThrow().text());
            });
        });
    }

    @AfterEach
    void nothingButDebugIsLogged() {
        log.close();
        assertThat(log.linesFrom(Level.WARN)).isEmpty();
    }

    private String exchange(String request) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    private static String head(String method, String... headers) {
        return method + " /data HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + String.join("\r\n", headers)
                + "\r\n\r\n";
    }

    private static void assertRefused(String what, String response) {
        assertThat(response)
                .as(what)
                .matches("(?s)HTTP/1.1 4\\d\\d .*")
                .contains("\"reason\":", "\"status_code\":4", "\"error_content\":")
                .doesNotContain("swordfish");
    }

    @Test
    void credentials() throws IOException {
        var values = List.of(
                "",
                "Basic",
                "Basic ###",
                "Basic c3dvcmRmaXNo",
                "Basic //8=",
                "Basic Og==",
                "Basic YQBiOmM=",
                "Bearer",
                "Bearer sword fish",
                "Bearer \u00ff",
                "Digest username=\"swordfish",
                "swordfish",
                "Basic " + "a".repeat(7_000));
        for (var value : values) {
            assertRefused(value, exchange(head("GET", "Authorization: " + value)));
        }
        var basic = "Authorization: " + basic("alice", "swordfish");
        assertRefused("twice", exchange(head("GET", basic, "Authorization: Bearer swordfish")));
    }

    @Test
    void headersThatArePassedOnOrRead() throws IOException {
        var basic = "Authorization: " + basic("alice", "swordfish");
        for (var value : List.of("x", "-1", "1,5", "2026-13-01T00:00:00Z", "\u00ff", "")) {
            assertRefused(value, exchange(head("GET", basic, "X-Request-Deadline: " + value)));
        }
        for (var header : List.of("Range: \u0085", "If-None-Match: a\u009fb", "If-Match: \u0081")) {
            assertRefused(header, exchange(head("GET", basic, header)));
        }
        for (var header : List.of("Range: x", "If-None-Match: \"", "If-Modified-Since: \u00ff", "traceparent: x")) {
            assertThat(exchange(head("GET", basic, header))).as(header).startsWith("HTTP/1.1 200 ");
        }
    }

    @Test
    void bodiesThatArePassedOn() throws IOException {
        var basic = "Authorization: " + basic("alice", "swordfish");
        for (var body :
                List.of("zz\r\n", "1\r\nab\r\n0\r\n\r\n", "1\r\na", "-1\r\n", "1\r\na\r\n0\r\nbad trailer\r\n\r\n")) {
            assertRefused(body, exchange(head("POST", basic, "Transfer-Encoding: chunked") + body));
        }
        assertRefused("short", exchange(head("POST", basic, "Content-Length: 10") + "abc"));
    }
}
