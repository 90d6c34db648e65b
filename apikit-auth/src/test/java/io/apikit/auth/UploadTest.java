package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.http.BackendRequest;
import io.apikit.http.Part;
import io.apikit.http.RetryPolicy;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies that are sent, and sent again after a renewal; each of those that can be, and each that cannot. */
class UploadTest extends StreamTest {
    @TempDir
    Path folder = Path.of("");

    private Path file(int length) throws IOException {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return Files.write(folder.resolve("script.sh"), bytes);
    }

    /** Below and above the length from which a body waits until it is wanted. */
    @ParameterizedTest
    @ValueSource(ints = {10_000, 1_000_000})
    void formWithFileIsReplayedByteForByte(int length) throws Exception {
        var file = file(length);
        var server = serve(
                call -> call.write(WireBackend.ok("done")),
                ctx -> ctx.result(alice().send(BackendRequest.post("/jobs")
                                .multipart(Part.file("file", file), Part.field("account", "ä1")))
                        .orThrow()
                        .text()));
        alice().get("/free");
        server.expire();

        assertThat(ask("POST").body()).asString(UTF_8).isEqualTo("done");

        assertThat(server.logins()).isEqualTo(2);
        assertThat(server.requests()).hasSize(2);
        var rejected = server.requests().get(0);
        var sent = server.requests().get(1);
        assertThat(sent.header("Content-Type")).isEqualTo(rejected.header("Content-Type"));
        assertThat(sent.header("Content-Length")).isEqualTo(rejected.header("Content-Length"));
        assertThat(sent.body()).hasSizeGreaterThan(length);
        if (rejected.whole()) {
            assertThat(sent.body()).isEqualTo(rejected.body());
        } else {
            assertThat(rejected.header("Expect")).isEqualTo("100-continue");
            assertThat(rejected.body()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 10_000, 1_000_000})
    void fileIsReplayedByteForByte(int length) throws Exception {
        var file = file(length);
        var server = serve(call -> call.write(WireBackend.ok("done")), ctx -> {});
        alice().get("/free");
        server.expire();

        alice().send(BackendRequest.put("/file").body(file, "image/png")).orThrow();

        var sent = server.requests().get(1);
        assertThat(sent.header("Content-Type")).isEqualTo("image/png");
        assertThat(sent.header("Content-Length")).isEqualTo(String.valueOf(length));
        assertThat(sent.body()).isEqualTo(Files.readAllBytes(file));
        assertThat(server.logins()).isEqualTo(2);
    }

    @Test
    void expiredLoginOfAnUploadIsA502() throws Exception {
        var server = serve(
                call -> call.write(WireBackend.ok("done")),
                ctx -> ctx.result(alice().send(BackendRequest.post("/jobs")
                                .body(new ByteArrayInputStream(new byte[500_000]), "image/png"))
                        .orThrow()
                        .text()));
        alice().get("/free");
        server.expire();

        var answer = ask("POST");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).asString(UTF_8).contains("cannot be sent again");
        assertThat(server.requests()).hasSize(1);
        assertThat(server.logins()).isEqualTo(2);

        assertThat(ask("POST").body()).asString(UTF_8).isEqualTo("done");
        assertThat(server.logins()).isEqualTo(2);
    }

    @Test
    void uploadIsNeverRetried() throws Exception {
        var server = serve(
                call -> call.write("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n"),
                settings -> settings.retry(
                        RetryPolicy.builder().baseDelay(Duration.ofMillis(1)).build()),
                ctx -> {});
        var file = file(100);

        alice().send(BackendRequest.put("/file").body(new ByteArrayInputStream(new byte[9]), "image/png"));
        assertThat(server.requests()).hasSize(1);
        alice().send(BackendRequest.put("/file").body(file, "image/png"));
        assertThat(server.requests()).hasSize(4);
    }

    @Test
    void spentBodyIsRefusedBeforeSending() {
        var server = serve(call -> call.write(WireBackend.ok("done")), ctx -> {});
        var request = BackendRequest.post("/file").body(new ByteArrayInputStream(new byte[9]), "image/png");
        alice().send(request).orThrow();

        SessionTest.assertFails(500, () -> alice().send(request));
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void sourceThatFailsMidwayNeverLooksWhole() throws Exception {
        var server = serve(call -> call.write(WireBackend.ok("done")), ctx -> {});
        var torn = new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), new Torn());

        SessionTest.assertFails(
                400, () -> alice().send(BackendRequest.post("/file").body(torn, "image/png")));

        server.awaitRequests(1);
        assertThat(server.requests()).singleElement().matches(received -> !received.whole(), "broke off");
    }

    /** A caller that went away. */
    private static final class Torn extends InputStream {
        @Override
        public int read() throws IOException {
            throw new IOException("torn");
        }

        @Override
        public int read(byte[] into, int from, int most) throws IOException {
            return read();
        }
    }

    @Test
    void missingFileIsNamedAndNothingIsSent() throws Exception {
        var server = serve(call -> call.write(WireBackend.ok("done")), ctx -> {});
        var file = file(100);
        var request = BackendRequest.put("/file").body(file, "image/png");
        Files.delete(file);

        SessionTest.assertFails(500, () -> alice().send(request))
                .withMessageContaining("script.sh")
                .withMessageNotContaining(folder.toString());
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void callersUploadPassesThroughAsRead() throws Exception {
        var server = serve(
                call -> call.write(WireBackend.ok("done")),
                ctx -> alice().stream(
                        BackendRequest.post("/file").body(ctx.bodyInputStream(), "application/zip"), ctx));
        var bytes = Files.readAllBytes(file(5_000_000));

        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/data"))
                                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());

        assertThat(answer.body()).isEqualTo("done");
        assertThat(server.requests().get(0).body()).isEqualTo(bytes);
    }

    /** Below and above the length from which a body waits until it is wanted. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8_192, 8_193, 200_000, 5_000_000})
    void callersUploadOfKnownLengthIsSentWithIt(int length) throws Exception {
        var server = relayingUploads();
        var bytes = Files.readAllBytes(file(length));

        assertThat(upload(HttpRequest.BodyPublishers.ofByteArray(bytes))).isEqualTo("done");

        var received = server.requests().get(0);
        assertThat(received.header("Content-Length")).isEqualTo(String.valueOf(length));
        assertThat(received.header("Transfer-Encoding")).isEmpty();
        assertThat(received.header("Content-Type")).isEqualTo("application/zip");
        assertThat(received.body()).isEqualTo(bytes);
    }

    /** Relays a caller's upload with the length that the caller announced, if any. */
    private WireBackend relayingUploads() {
        return serve(
                call -> call.write(WireBackend.ok("done")),
                ctx -> alice().stream(
                        BackendRequest.post("/file")
                                .body(ctx.bodyInputStream(), ctx.req().getContentLengthLong(), "application/zip"),
                        ctx));
    }

    @Test
    void callersUploadWithoutALengthIsSentInChunks() throws Exception {
        var server = relayingUploads();
        var bytes = Files.readAllBytes(file(100_000));

        var chunked = HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(bytes));
        assertThat(upload(chunked)).isEqualTo("done");

        assertThat(server.requests().get(0).header("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(server.requests().get(0).body()).isEqualTo(bytes);
    }

    private String upload(HttpRequest.BodyPublisher body) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + "/data"))
                                .POST(body)
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 100, 8_192, 300_000})
    void sourceOfAnotherLengthNeverLooksWhole(int announced) throws Exception {
        for (int length : new int[] {announced - 1, announced + 1, 2 * announced + 9_000}) {
            var server = serve(call -> call.write(WireBackend.ok("done")), ctx -> {});
            var body = new ByteArrayInputStream(new byte[length]);

            SessionTest.assertFails(
                            400, () -> alice().send(BackendRequest.post("/file").body(body, announced, "image/png")))
                    .withMessageContaining(length < announced ? "ended after " + length + " bytes" : "is longer")
                    .withMessageContaining("announced as " + announced + " bytes");

            if (announced > 8_000) {
                server.awaitRequests(1); // A shorter one has not left this machine.
            }
            connectionIsFreeAgain();
            assertThat(server.requests()).allMatch(received -> !received.whole() && received.body().length < announced);
        }
    }

    @Test
    void sourceThatShouldBeEmptyIsRefusedBeforeSending() {
        var server = serve(call -> call.write(WireBackend.ok("done")), ctx -> {});
        var body = new ByteArrayInputStream(new byte[1]);

        SessionTest.assertFails(
                        400, () -> alice().send(BackendRequest.post("/file").body(body, 0, "image/png")))
                .withMessageContaining("is longer");
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void lengthBelowMinusOneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendRequest.post("/").body(InputStream.nullInputStream(), -2, "image/png"))
                .withMessageContaining("-2");
    }

    @Test
    void backendThatNeverAsksForABodyIsWaitedForOnce() throws Exception {
        var server =
                serve(call -> call.write(WireBackend.ok("done")), ctx -> {}).neverAsking();

        for (int i = 0; i < 3; i++) {
            alice().send(BackendRequest.put("/file").body(file(1_000_000), "image/png"))
                    .orThrow();
        }
        alice().send(BackendRequest.put("/file").body(new ByteArrayInputStream(new byte[9]), "image/png"));

        assertThat(server.requests())
                .extracting(received -> received.header("Expect"))
                .containsExactly("100-continue", "", "", "");
        assertThat(server.requests().get(0).body()).hasSize(1_000_000);
        assertThat(server.requests().get(2).body()).hasSize(1_000_000);
    }
}
