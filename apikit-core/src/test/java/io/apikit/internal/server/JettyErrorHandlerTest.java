package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Requests that no client library would send, and answers that break off. */
class JettyErrorHandlerTest {
    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.routes(() -> {
            get("/echo/{what}", ctx -> ctx.result(ctx.pathParam("what")));
            post("/body", ctx -> ctx.result(ctx.body()));
            get("/authorization", ctx -> ctx.result("<" + ctx.header("Authorization") + ">"));
            get("/breaks-off", ctx -> {
                ctx.outputStream().write("half".getBytes(UTF_8));
                ctx.res().flushBuffer();
                throw new IllegalStateException("the backend went away");
            });
        });
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void tokensOnOneConnectionThatDifferInCaseOnlyAreTwoTokens() throws IOException {
        var request = "GET /authorization HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ";

        var answers = running.raw(request + "abcDEF\r\n\r\n" + request + "ABCdef\r\nConnection: close\r\n\r\n");

        assertThat(answers).contains("<Bearer abcDEF>", "<Bearer ABCdef>");
    }

    private static void assertError(String request, int status) throws IOException {
        var answer = running.raw(request);
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer).containsIgnoringCase("\r\nContent-Type: application/json\r\n");
        assertThat(answer).containsIgnoringCase("\r\nX-Request-Id: ");
        assertThat(answer).doesNotContainIgnoringCase("\r\nServer:").doesNotContainIgnoringCase("jetty");
        var json = JsonPath.from(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(json.getInt("status_code")).isEqualTo(status);
        assertThat(json.getString("reason")).isNotBlank();
        assertThat(json.getMap("")).containsOnlyKeys("reason", "status_code", "error_content");
        assertThat(answer).doesNotContain("Exception", "java", "<html");
    }

    @Test
    void whatIsNoHttpIs400() throws Exception {
        assertError("nonsense\r\n\r\n", 400);
        assertError("GET / HTTP/1.1\r\n\r\n", 400);
        assertError("GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n", 400);
        assertError("GET /\u0001 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400);
    }

    @Test
    void aPathThatCannotBeDecodedIs400() throws Exception {
        assertError("GET /echo/%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400);
        assertError("GET /echo/%f HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", 400);
    }

    @Test
    void contradictingLengthsAre400() throws Exception {
        assertError("POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400);
        assertError(
                "POST /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                400);
    }

    @Test
    void aMalformedChunkIs400() throws Exception {
        assertError("POST /body HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nx\r\n", 400);
    }

    @Test
    void aUriTooLongIs414() throws Exception {
        assertError("GET /" + "a".repeat(10_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 414);
    }

    @Test
    void headersOver8KiBAre431() throws Exception {
        assertError("GET / HTTP/1.1\r\nHost: x\r\nX-Large: " + "a".repeat(9_000) + "\r\n\r\n", 431);
        assertThat(running.raw(
                        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: " + "a".repeat(7_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void anUnknownHttpVersionIs505() throws Exception {
        assertError("GET / HTTP/7.3\r\nHost: x\r\n\r\n", 505);
    }

    @Test
    void aWebSocketWhereThereIsNoneIs404() throws Exception {
        var upgrade = List.of(
                "GET /ws HTTP/1.1",
                "Host: x",
                "Connection: close, Upgrade",
                "Upgrade: websocket",
                "Sec-WebSocket-Version: 13",
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==");
        assertError(String.join("\r\n", upgrade) + "\r\n\r\n", 404);
    }

    @Test
    void anAnswerThatBreaksOffDoesNotLookWhole() throws Exception {
        var answer = running.raw("GET /breaks-off HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("half").doesNotContain("\r\n0\r\n");
    }
}
