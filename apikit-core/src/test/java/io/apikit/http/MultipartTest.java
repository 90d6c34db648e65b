package io.apikit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.BackendError;
import io.apikit.http.internal.client.GatedHttp;
import io.javalin.Javalin;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms with files, and files for bodies: what is sent, and what is refused. */
class MultipartTest {
    @TempDir
    Path folder = Path.of("");

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static String sent(BackendRequest request) throws IOException {
        var bytes = new ByteArrayOutputStream();
        request.body().orElseThrow().writeTo(bytes);
        return bytes.toString(UTF_8);
    }

    private static String boundary(BackendRequest request) {
        return request.body().orElseThrow().contentType().substring("multipart/form-data; boundary=".length());
    }

    @Test
    void partsAreSentAsTheyWereGiven() throws IOException {
        var request = BackendRequest.post("/")
                .multipart(
                        Part.field("größe", 42),
                        Part.file("f", file("ä \"b\".txt", "one\r\ntwo"), "text/plain"),
                        Part.file("g", "g.bin", "image/png", new byte[] {'p'}));

        assertThat(sent(request).replace(boundary(request), "B"))
                .isEqualTo(String.join(
                        "\r\n",
                        "--B",
                        "Content-Disposition: form-data; name=\"größe\"",
                        "",
                        "42",
                        "--B",
                        "Content-Disposition: form-data; name=\"f\"; filename=\"ä %22b%22.txt\"",
                        "Content-Type: text/plain",
                        "",
                        "one",
                        "two",
                        "--B",
                        "Content-Disposition: form-data; name=\"g\"; filename=\"g.bin\"",
                        "Content-Type: image/png",
                        "",
                        "p",
                        "--B--",
                        ""));
        assertThat(request.body().orElseThrow().length())
                .isEqualTo(sent(request).getBytes(UTF_8).length);
    }

    @Test
    void replaySendsTheSameBytesAndTheSameBoundary() throws IOException {
        var part = Part.file("f", file("a.txt", "one"));
        var request = BackendRequest.post("/").multipart(part);

        assertThat(sent(request)).isEqualTo(sent(request));
        assertThat(sent(request.header("X-A", "b"))).isEqualTo(sent(request));
        assertThat(boundary(BackendRequest.post("/").multipart(part))).isNotEqualTo(boundary(request));
    }

    @Test
    void serverParsesTheForm() throws IOException {
        var server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.routes.post("/", ctx -> {
                        var file = ctx.uploadedFiles("f").get(0);
                        ctx.result(ctx.formParam("größe") + " " + file.filename() + " " + file.contentType() + " "
                                + new String(file.content().readAllBytes(), UTF_8));
                    });
                })
                .start("127.0.0.1", 0);
        var url = "http://127.0.0.1:" + server.port();
        try (var http = GatedHttp.to(url, HttpOptions.defaults(), Timing.system())) {
            var answer = http.send(BackendRequest.post("/")
                    .multipart(Part.field("größe", "ganz"), Part.file("f", file("ö.txt", "zwei"), "text/x-a")));

            assertThat(answer.text()).isEqualTo("ganz ö.txt text/x-a zwei");
        } finally {
            server.stop();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX-Injected: 1", "a\nb", "a\rb", "a\0b", "a\u0085b"})
    void controlCharacterInANameIsRefused(String name) {
        assertBadRequest(() -> Part.field(name, "v"));
        assertBadRequest(() -> Part.file(name, "f", "text/plain", new byte[0]));
        assertBadRequest(() -> Part.file("f", name, "text/plain", new byte[0]));
        assertBadRequest(() -> Part.file("f", "f", name, new byte[0]));
    }

    @Test
    void fieldValueMayHaveControlCharacters() throws IOException {
        assertThat(sent(BackendRequest.post("/").multipart(Part.field("a", "b\r\nc"))))
                .contains("\r\n\r\nb\r\nc\r\n--");
    }

    @Test
    void unreadableFileIsRefusedByName() {
        var absent = folder.resolve("absent.txt");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Part.file("f", absent))
                .withMessageContaining("absent.txt");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendRequest.put("/").body(folder, "text/plain"))
                .withMessageContaining(folder.toString());
    }

    @Test
    void formWithoutPartsIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> BackendRequest.post("/").multipart())
                .withMessageContaining("at least one part");
    }

    @Test
    void fileIsNeverHeldWhole() throws IOException {
        var writes = new ArrayList<Integer>();
        var file = Files.write(folder.resolve("large"), new byte[1 << 20]);

        BackendRequest.post("/")
                .multipart(Part.file("f", file))
                .body()
                .orElseThrow()
                .writeTo(new OutputStream() {
                    @Override
                    public void write(int one) {
                        writes.add(1);
                    }

                    @Override
                    public void write(byte[] bytes, int from, int count) {
                        writes.add(count);
                    }
                });

        assertThat(writes).allMatch(count -> count <= 8192);
        assertThat(writes.stream().mapToInt(count -> count).sum()).isGreaterThan(1 << 20);
    }

    @Test
    void changedFileIsRefusedBeforeAnythingIsSent() throws IOException {
        var file = file("a.txt", "one");
        var request = BackendRequest.put("/").body(file, "text/plain");
        Files.writeString(file, "longer");

        try (var http = GatedHttp.to("http://127.0.0.1:9", HttpOptions.defaults(), Timing.system())) {
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> http.send(request))
                    .matches(error -> error.statusCode() == 500)
                    .withMessageContaining("a.txt has changed");
        }
    }

    @Test
    void onlyStreamCannotBeReplayed() throws IOException {
        var post = BackendRequest.post("/");
        var stream = new ByteArrayInputStream(new byte[0]);

        assertThat(List.of(
                        post,
                        post.json("{}"),
                        post.body(new byte[0], "text/plain"),
                        post.body(file("a", ""), "text/plain"),
                        post.multipart(Part.field("a", "b"))))
                .allMatch(BackendRequest::isReplayable);
        assertThat(post.body(stream, "text/plain").isReplayable()).isFalse();
    }

    @Test
    void partShowsItsNameOnly() {
        assertThat(Part.field("password", "secret")).hasToString("Part[password]");
    }

    private static void assertBadRequest(ThrowingCallable call) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(call)
                .matches(error -> error.statusCode() == 400)
                .withMessageNotContaining("Injected");
    }
}
