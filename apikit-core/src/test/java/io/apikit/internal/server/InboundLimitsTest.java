package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiApp;
import io.apikit.Running;
import io.javalin.config.SizeUnit;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is too long, too deep or too slow to be read. */
@Timeout(60)
class InboundLimitsTest {
    private static final int MIB = 1 << 20;

    private Running running = Running.start(service());

    private static ApiApp.Builder service() {
        return Running.builder().routes(() -> {
            post("/body", ctx -> ctx.result("" + ctx.body().length()));
            post("/stream", ctx -> ctx.result("" + ctx.bodyInputStream().readAllBytes().length));
            post("/json", ctx -> ctx.result("" + ctx.bodyAsClass(Map.class).size()));
            post(
                    "/form",
                    ctx -> ctx.result(""
                            + Objects.requireNonNull(ctx.uploadedFile("file")).size()));
            post("/unread", ctx -> ctx.result("did not look"));
        });
    }

    private void instead(ApiApp.Builder other) {
        running.close();
        running = Running.start(other);
    }

    @AfterEach
    void stop() {
        running.close();
    }

    private Response post_(String path, byte[] body) {
        return running.given().body(body).post(path);
    }

    private static void assertError(Response answer, int status) {
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/json");
        assertThat(answer.jsonPath().getMap("")).containsOnlyKeys("reason", "status_code", "error_content");
        assertThat(answer.jsonPath().getInt("status_code")).isEqualTo(status);
    }

    private static void assertError(String answer, int status) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ").contains("X-Content-Type-Options: nosniff\r\n");
        var json = JsonPath.from(answer.substring(answer.indexOf("\r\n\r\n") + 4));
        assertThat(json.getMap("")).containsOnlyKeys("reason", "status_code", "error_content");
        assertThat(json.getInt("status_code")).isEqualTo(status);
    }

    private String headers(int bytes) throws IOException {
        return running.raw(
                "GET /metadata HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Large: " + "a".repeat(bytes) + "\r\n\r\n");
    }

    @Test
    void whatTheAuthorHasJettyAllowIsAllowed() throws IOException {
        instead(service()
                .javalin(config -> config.jetty.modifyHttpConfiguration(http -> http.setRequestHeaderSize(16 * 1024))));

        assertThat(headers(9 * 1024)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void nineKilobytesOfHeadersAre431() throws IOException {
        assertError(headers(9 * 1024), 431);
        assertThat(headers(7 * 1024)).startsWith("HTTP/1.1 200 ");
    }

    @Test
    void headersMayBeAsLongAsTheServiceSays() throws IOException {
        instead(service().operations(ops -> ops.limits(limits -> limits.headerBytes(16 * 1024))));

        assertThat(headers(15 * 1024)).startsWith("HTTP/1.1 200 ");
        assertError(headers(17 * 1024), 431);
    }

    @Test
    void twoMegabytesOfBodyAre413HoweverTheyAreRead() {
        for (var path : new String[] {"/body", "/stream", "/json", "/unread"}) {
            assertError(post_(path, new byte[2 * MIB]), 413);
            assertError(post_(path, new byte[MIB + 1]), 413);
        }
        assertThat(post_("/body", new byte[MIB]).asString()).isEqualTo("" + MIB);
        assertThat(post_("/stream", new byte[MIB]).asString()).isEqualTo("" + MIB);
    }

    private String chunked(String path, int bytes) throws IOException {
        var chunk = "8000\r\n" + "a".repeat(0x8000) + "\r\n";
        return running.raw("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(bytes / 0x8000) + "0\r\n\r\n");
    }

    @Test
    void aChunkedBodyHasTheSameLimit() throws IOException {
        for (var path : new String[] {"/body", "/stream", "/json"}) {
            assertError(chunked(path, 2 * MIB), 413);
        }
        assertThat(chunked("/stream", MIB)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + MIB);
        assertThat(chunked("/body", MIB)).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n" + MIB);
    }

    @Test
    void uploadsMayBeAsLongAsTheServiceSays() throws IOException {
        instead(service().operations(ops -> ops.limits(limits -> limits.bodyBytes(3 * MIB))));

        assertThat(post_("/body", new byte[3 * MIB]).asString()).isEqualTo("" + 3 * MIB);
        assertThat(post_("/stream", new byte[3 * MIB]).asString()).isEqualTo("" + 3 * MIB);
        assertThat(chunked("/stream", 3 * MIB)).endsWith("\r\n\r\n" + 3 * MIB);
        assertError(post_("/stream", new byte[3 * MIB + 1]), 413);
    }

    @Test
    void javalinsOwnLimitIsHonouredWhereItIsWider() {
        instead(service().javalin(config -> config.http.maxRequestSize = 2L * MIB));

        assertThat(post_("/body", new byte[2 * MIB]).asString()).isEqualTo("" + 2 * MIB);
        assertError(post_("/stream", new byte[2 * MIB + 1]), 413);
    }

    @Test
    void aFormMayHoldSixteenMegabytesAndNoMore() {
        assertThat(running.given()
                        .multiPart("file", "f", new byte[16 * MIB])
                        .post("/form")
                        .asString())
                .isEqualTo("" + 16 * MIB);
        assertError(
                running.given().multiPart("file", "f", new byte[16 * MIB + 1]).post("/form"), 413);
    }

    @Test
    void aFormMayBeAsLongAsJavalinsConfigurationSays() {
        instead(service().javalin(config -> {
            config.jetty.multipartConfig.maxFileSize(36, SizeUnit.MB);
            config.jetty.multipartConfig.maxTotalRequestSize(36, SizeUnit.MB);
        }));

        assertThat(form(35 * MIB).asString()).isEqualTo("" + 35 * MIB);
        assertError(form(36 * MIB), 413);
    }

    @Test
    void aFormMayBeShorterThanABodyWhereJavalinsConfigurationSaysSo() {
        instead(service().javalin(config -> config.jetty.multipartConfig.maxTotalRequestSize(100, SizeUnit.KB)));

        assertThat(form(90 * 1024).asString()).isEqualTo("" + 90 * 1024);
        assertError(form(110 * 1024), 413);
    }

    @Test
    void aFormThatIsReadAsAStreamHasALimitToo() {
        assertThat(running.given()
                        .multiPart("file", "f", new byte[31 * MIB])
                        .post("/stream")
                        .statusCode())
                .isEqualTo(200);
        assertError(running.given().multiPart("file", "f", new byte[32 * MIB]).post("/stream"), 413);
    }

    private Response form(int bytes) {
        return running.given().multiPart("file", "f", new byte[bytes]).post("/form");
    }

    @Test
    void jsonNestedTenThousandDeepIs400() {
        assertError(post_("/json", "[".repeat(10_000).getBytes(ISO_8859_1)), 400);
        assertError(post_("/json", "{\"a\":".repeat(10_000).getBytes(ISO_8859_1)), 400);
        var whole = "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_000);
        assertError(post_("/json", whole.getBytes(ISO_8859_1)), 400);
    }

    @Test
    void invalidJsonIs400() {
        for (var text : new String[] {"", "nonsense", "{", "{\"a\":1", "[1,]", "{'a':1}", "\u0000", "[]"}) {
            assertError(post_("/json", text.getBytes(ISO_8859_1)), 400);
        }
        assertThat(post_("/json", "{\"a\":1}".getBytes(ISO_8859_1)).asString()).isEqualTo("1");
    }

    @Test
    void aSlowBodyIs408() throws IOException {
        instead(service().operations(ops -> ops.limits(limits -> limits.headerTime(Duration.ofMillis(200)))));

        for (var path : new String[] {"/stream", "/body"}) {
            assertError(trickled("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"), 408);
        }
    }

    /** Only the time in which the service waits for the caller counts. */
    @Test
    void aBodyThatTheServiceReadsSlowlyIsServed() throws Exception {
        var readers = new LinkedBlockingQueue<Thread>();
        instead(Running.builder()
                .operations(ops -> ops.limits(
                        limits -> limits.headerTime(Duration.ofSeconds(5)).bodyBytesPerSecond(50_000)))
                .routes(() -> post("/slow", ctx -> {
                    readers.add(Thread.currentThread());
                    var first = ctx.bodyInputStream().readNBytes(1_000).length;
                    assertThat(new CountDownLatch(1).await(1, SECONDS)).isFalse();
                    readers.add(Thread.currentThread());
                    ctx.result("" + (first + ctx.bodyInputStream().readAllBytes().length));
                })));

        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            var out = socket.getOutputStream();
            out.write("POST /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 2000\r\n\r\n"
                    .getBytes(ISO_8859_1));
            for (int parts = 0; parts < 2; parts++) {
                var reader = readers.take();
                while (reader.getState() != Thread.State.WAITING) {
                    assertThat(Thread.currentThread().isInterrupted())
                            .as("out of time")
                            .isFalse();
                    Thread.onSpinWait();
                }
                out.write(new byte[1_000]);
            }

            assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("\r\n\r\n2000");
        }
    }

    @Test
    void aSlowBodyIsServedWithoutAMinimumRate() throws IOException {
        instead(service()
                .operations(ops -> ops.limits(
                        limits -> limits.headerTime(Duration.ofMillis(100)).bodyBytesPerSecond(0))));

        var answer = trickled("POST /stream HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 100\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n100");
    }

    /** A byte each time that 5 ms have brought no answer. */
    private String trickled(String head) throws IOException {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            socket.getOutputStream().write(head.getBytes(ISO_8859_1));
            socket.setSoTimeout(5);
            while (true) {
                try {
                    int first = socket.getInputStream().read();
                    socket.setSoTimeout(10_000);
                    return (char) first + new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
                } catch (SocketTimeoutException noAnswerYet) {
                    socket.getOutputStream().write('a');
                } catch (SocketException reset) {
                    return "reset";
                }
            }
        }
    }
}
