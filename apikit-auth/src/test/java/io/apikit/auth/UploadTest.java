package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

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

    @Test
    void largeBodyIsSentWithoutA100() throws Exception {
        var server =
                serve(call -> call.write(WireBackend.ok("done")), ctx -> {}).neverAsking();

        alice().send(BackendRequest.put("/file").body(file(1_000_000), "image/png"))
                .orThrow();

        assertThat(server.requests().get(0).body()).hasSize(1_000_000);
    }
}
