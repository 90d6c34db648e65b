package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.auth.internal.relay.RelayedHeaders;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets of an answer that is passed on, and what the backend is asked for. */
class StreamingTest extends StreamTest {
    private static final byte[] BYTES = new byte[300_000];

    static {
        new Random(1).nextBytes(BYTES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "image/jpeg",
                "audio/wav",
                "application/pdf",
                "text/html",
                "text/html; charset=ISO-8859-1",
                "Application/X-Odd; a=\"b;c\""
            })
    void bytesOfAnyMediaTypePassUnchanged(String type) throws Exception {
        passing(call -> call.write("HTTP/1.1 200 OK\r\nContent-Type: " + type + "\r\nContent-Length: 300000\r\n\r\n")
                .write(BYTES));

        var answer = ask("GET", "Accept-Encoding", "gzip");

        assertThat(answer.body()).isEqualTo(BYTES);
        // The server writes a charset in its own way, which means the same (RFC 9110, section 8.3.1).
        assertThat(answer.headers().firstValue("Content-Type").orElse(""))
                .isEqualToIgnoringWhitespace(type.contains("charset") ? type.toLowerCase(Locale.ROOT) : type);
        assertThat(answer.headers().allValues("Content-Length")).containsExactly("300000");
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
    }

    @Test
    void missingTypeAndLengthStayMissing() throws Exception {
        passing(call -> call.write("HTTP/1.1 203 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                .chunk("some")
                .chunk("thing")
                .chunk(""));

        var answer = ask("GET");

        assertThat(answer.statusCode()).isEqualTo(203);
        assertThat(answer.body()).asString(UTF_8).isEqualTo("something");
        assertThat(answer.headers().map()).doesNotContainKeys("content-type", "content-length");
    }

    @Test
    void emptyResponseIsEmpty() throws Exception {
        passing(call -> call.write("HTTP/1.1 200 OK\r\nContent-Type: text/css\r\nContent-Length: 0\r\n\r\n"));

        var answer = ask("GET");

        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("Content-Length")).contains("0");
    }

    @Test
    void controlCharacterOfAHeaderIsASpace() throws Exception {
        passing(call -> call.write("HTTP/1.1 200 OK\r\nETag: \"a\u007fb\u0001c\"\r\nContent-Length: 0\r\n\r\n"));

        assertThat(ask("GET").headers().firstValue("ETag")).contains("\"a b c\"");
    }

    @Test
    void longHeadersPassUpToALimit() throws Exception {
        passing(call -> call.write("HTTP/1.1 200 OK\r\nETag: " + "e".repeat(20_000) + "\r\nContent-Length: 0\r\n\r\n"));
        assertThat(ask("GET").headers().firstValue("ETag").orElseThrow()).hasSize(20_000);
        connectionIsFreeAgain();

        passing(call -> call.write("HTTP/1.1 200 OK\r\nETag: " + "e".repeat(33_000) + "\r\nContent-Length: 0\r\n\r\n"));
        var refused = ask("GET");
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(refused.body()).asString(UTF_8).contains("longer than 32 KiB");
    }

    @Test
    void contentHeadersAndChosenOnesPass() throws Exception {
        passing(
                call -> call.write(WireBackend.head(
                                "HTTP/1.1 200 OK",
                                "Content-Type: image/png",
                                "Content-Length: 2",
                                "ETag: \"e\"",
                                "Last-Modified: Tue, 01 Jan 2030 00:00:00 GMT",
                                "Content-Disposition: inline",
                                "Cache-Control: no-store",
                                "Cache-Control: private",
                                "Content-Language: de",
                                "X-Description: a cat",
                                "X-Description: asleep",
                                "X-Secret: hush",
                                "Set-Cookie: session=abc",
                                "Connection: keep-alive, X-Hop",
                                "X-Hop: one",
                                "Keep-Alive: timeout=7",
                                "Server: odd"))
                        .write("ok"),
                "x-description",
                "X-Hop",
                "X-Absent");

        var headers = ask("GET").headers();

        assertThat(headers.allValues("ETag")).containsExactly("\"e\"");
        assertThat(headers.allValues("Last-Modified")).containsExactly("Tue, 01 Jan 2030 00:00:00 GMT");
        assertThat(headers.allValues("Content-Disposition")).containsExactly("inline");
        assertThat(headers.allValues("Cache-Control")).containsExactly("no-store", "private");
        assertThat(headers.allValues("Content-Language")).containsExactly("de");
        assertThat(headers.allValues("X-Description")).containsExactly("a cat", "asleep");
        assertThat(headers.map()).doesNotContainKeys("x-secret", "set-cookie", "x-hop", "keep-alive", "x-absent");
        assertThat(headers.allValues("Server")).doesNotContain("odd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Set-Cookie", "set-cookie2", "Connection", "Transfer-Encoding", "Keep-Alive", "Upgrade"})
    void connectionAndSessionHeadersCannotBeChosen(String name) {
        serve(call -> {}, ctx -> {});

        assertThatIllegalArgumentException()
                .isThrownBy(() -> RelayedHeaders.and("X-Good", name))
                .withMessageContaining(name);
    }

    @Test
    void errorHasTheErrorShape() throws Exception {
        passing(call -> call.write("HTTP/1.1 404 Not There\r\nContent-Type: text/plain\r\nETag: \"e\"\r\n"
                + "Content-Length: 14\r\n\r\nno such token!"));

        var answer = ask("GET");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body())
                .asString(UTF_8)
                .isEqualTo("{\"reason\":\"Not There\",\"status_code\":404,\"error_content\":\"no such token!\"}");
        assertThat(answer.headers().firstValue("ETag")).isEmpty();
    }

    @Test
    void endlessErrorTextIsCutAndMasked() throws Exception {
        passing(call -> {
            call.write("HTTP/1.1 500 Oops\r\nContent-Type: text/plain\r\n\r\nyou sent "
                    + call.received().header("X-Token") + " ");
            while (true) {
                call.write("and so on ".repeat(100));
            }
        });

        var text = new String(ask("GET").body(), UTF_8);

        assertThat(text)
                .contains("you sent *** and so on")
                .doesNotContain("token-1")
                .hasSizeLessThan(10_000);
    }

    @Test
    void bytesAreAskedForUncompressed() throws Exception {
        var server = passing(call -> call.write(WireBackend.ok("plain ".repeat(1000))));

        var answer = ask("GET", "Accept-Encoding", "gzip, br");

        assertThat(server.requests().get(0).header("Accept-Encoding")).isEqualTo("identity");
        assertThat(answer.headers().firstValue("Content-Encoding")).isEmpty();
        assertThat(answer.body()).hasSize(6000);
    }

    @Test
    void compressedResponseIsPassedOnCompressed() throws Exception {
        var zipped = gzip("zipped ".repeat(1000));
        passing(call -> call.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
                        + "Content-Length: " + zipped.length + "\r\n\r\n")
                .write(zipped));

        var answer = ask("GET", "Accept-Encoding", "gzip");

        assertThat(answer.body()).isEqualTo(zipped);
        assertThat(answer.headers().allValues("Content-Encoding")).containsExactly("gzip");
    }

    @Test
    void compressedErrorIsRead() throws Exception {
        var zipped = gzip("zipped words");
        passing(call -> call.write("HTTP/1.1 409 Conflict\r\nContent-Type: text/plain\r\nContent-Encoding: gzip\r\n"
                        + "Content-Length: " + zipped.length + "\r\n\r\n")
                .write(zipped));

        assertThat(ask("GET").body()).asString(UTF_8).contains("\"error_content\":\"zipped words\"");
    }

    @Test
    void responseToAHeadHasNoBody() throws Exception {
        passing(call -> call.write("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 300000\r\n\r\n")
                .write(BYTES));

        var answer = ask("HEAD");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("Content-Length")).contains("300000");
    }

    @Test
    void backendsHeadHasNoLengthForAGet() throws Exception {
        serve(
                call -> call.write("HTTP/1.1 200 OK\r\nContent-Length: 300000\r\nETag: \"e\"\r\n\r\n"),
                ctx -> alice().stream(BackendRequest.head("/data"), ctx));

        var answer = ask("GET");

        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("ETag")).contains("\"e\"");
    }

    @Test
    void rangeAndConditionsPassOnRequest() throws Exception {
        var server = serve(
                call -> call.write("HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 2-3/6\r\nContent-Length: 2\r\n"
                        + "Accept-Ranges: bytes\r\n\r\ncd"),
                ctx -> alice().stream(BackendRequest.get("/data").conditionsOf(ctx), ctx));

        var answer = ask("GET", "Range", "bytes=2-3", "If-Range", "\"e\"", "If-None-Match", "\"f\"", "X-Other", "x");

        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.body()).asString(UTF_8).isEqualTo("cd");
        assertThat(answer.headers().firstValue("Content-Range")).contains("bytes 2-3/6");
        assertThat(answer.headers().firstValue("Accept-Ranges")).contains("bytes");
        var received = server.requests().get(0);
        assertThat(received.header("Range")).isEqualTo("bytes=2-3");
        assertThat(received.header("If-Range")).isEqualTo("\"e\"");
        assertThat(received.header("If-None-Match")).isEqualTo("\"f\"");
        assertThat(received.header("X-Other")).isEmpty();
    }

    @Test
    void conditionsDoNotPassUnasked() throws Exception {
        var server = passing(call -> call.write(WireBackend.ok("all")));

        ask("GET", "Range", "bytes=2-3", "If-None-Match", "\"f\"");

        assertThat(server.requests().get(0).header("Range")).isEmpty();
        assertThat(server.requests().get(0).header("If-None-Match")).isEmpty();
    }

    @Test
    void notModifiedPassesWithItsValidator() throws Exception {
        serve(
                call -> call.write("HTTP/1.1 304 Not Modified\r\nETag: \"e\"\r\nContent-Length: 6\r\n\r\n"),
                ctx -> alice().stream(BackendRequest.get("/data").conditionsOf(ctx), ctx));

        var answer = ask("GET", "If-None-Match", "\"e\"");

        assertThat(answer.statusCode()).isEqualTo(304);
        assertThat(answer.body()).isEmpty();
        assertThat(answer.headers().firstValue("ETag")).contains("\"e\"");
    }

    @Test
    void streamIsRetriedBeforeItsHead() throws Exception {
        var calls = new AtomicInteger();
        var server = serve(
                call -> call.write(
                        calls.incrementAndGet() < 3
                                ? "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"
                                : WireBackend.ok("at last")),
                settings -> settings.retry(
                        RetryPolicy.builder().baseDelay(Duration.ofMillis(1)).build()),
                ctx -> alice().stream(BackendRequest.get("/data"), ctx));

        assertThat(ask("GET").body()).asString(UTF_8).isEqualTo("at last");
        assertThat(server.requests()).hasSize(3);
    }

    @Test
    void responseToAPostIsPassedOn() throws Exception {
        var server = serve(
                call -> call.write(WireBackend.ok("posted")),
                ctx -> alice().stream(BackendRequest.post("/data").json(List.of(1, 2)), ctx));

        assertThat(ask("POST").body()).asString(UTF_8).isEqualTo("posted");
        assertThat(server.requests().get(0).body()).asString(UTF_8).isEqualTo("[1,2]");
    }

    @Test
    void bytesPassAsSoonAsTheyCome() throws Exception {
        var first = new CountDownLatch(1);
        passing(call -> {
            call.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n").chunk("first");
            first.await();
            call.chunk("second").chunk("");
        });

        try (var client = rawClient()) {
            assertThat(client.readUntil("first")).doesNotContain("second");
            first.countDown();
            assertThat(client.readUntil("0\r\n\r\n")).contains("second");
        }
    }

    private static byte[] gzip(String text) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(bytes)) {
            zip.write(text.getBytes(UTF_8));
        }
        return bytes.toByteArray();
    }
}
