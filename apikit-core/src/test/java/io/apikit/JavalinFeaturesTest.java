package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static io.javalin.apibuilder.ApiBuilder.sse;
import static io.javalin.apibuilder.ApiBuilder.ws;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.javalin.http.UploadedFile;
import io.javalin.http.staticfiles.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What Javalin offers beside routes. The class path has no reader of {@code web.xml} and annotations, no CDI and no JNDI,
 * which Jetty would bring: these features work without them.
 */
class JavalinFeaturesTest {
    @Test
    void webSocketsEchoTextAndBytes() throws Exception {
        try (var running = Running.routes(() -> ws("/{room}", socket -> {
            socket.onMessage(ctx -> ctx.send(ctx.pathParam("room") + ": " + ctx.message()));
            socket.onBinaryMessage(ctx -> ctx.send(ctx.data()));
        }))) {
            var received = new CompletableFuture<String>();
            var client = HttpClient.newHttpClient()
                    .newWebSocketBuilder()
                    .buildAsync(
                            URI.create("ws://127.0.0.1:" + running.app().port() + "/blue"), new FirstMessage(received))
                    .get(20, TimeUnit.SECONDS);
            client.sendText("hello", true).get(20, TimeUnit.SECONDS);

            assertThat(received.get(20, TimeUnit.SECONDS)).isEqualTo("blue: hello");
            client.abort();
        }
    }

    @Test
    void uploadedFilesAndFieldsAreRead() {
        try (var running = Running.routes(() -> post("/upload", ctx -> {
            var files = ctx.uploadedFiles("file").stream().map(JavalinFeaturesTest::described);
            ctx.result(files.collect(Collectors.joining(" ")) + " " + ctx.formParam("account"));
        }))) {
            running.given()
                    .multiPart("file", "a.txt", "one".getBytes(StandardCharsets.UTF_8))
                    .multiPart("file", "b.txt", "three".getBytes(StandardCharsets.UTF_8))
                    .multiPart("account", "ops")
                    .post("/upload")
                    .then()
                    .statusCode(200)
                    .body(equalTo("a.txt=one b.txt=three ops"));
        }
    }

    @Test
    void staticFilesAreServedWithTheirTypes(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("style.css"), "b{}");
        try (var running = Running.start(Running.builder()
                .javalin(config -> config.staticFiles.add(files -> {
                    files.hostedPath = "/files";
                    files.directory = folder.toString();
                    files.location = Location.EXTERNAL;
                })))) {
            running.given()
                    .get("/files/style.css")
                    .then()
                    .statusCode(200)
                    .contentType("text/css")
                    .body(equalTo("b{}"));
        }
    }

    @Test
    void sessionsAreKeptByACookie() {
        try (var running = Running.routes(() -> {
            post("/name", ctx -> ctx.sessionAttribute("name", ctx.body()));
            get("/name", ctx -> ctx.result(String.valueOf(ctx.<String>sessionAttribute("name"))));
        })) {
            var cookies = running.given()
                    .body("alice")
                    .post("/name")
                    .then()
                    .statusCode(200)
                    .extract()
                    .detailedCookies();

            running.given().cookies(cookies).get("/name").then().body(equalTo("alice"));
            running.given().get("/name").then().body(equalTo("null"));
        }
    }

    @Test
    void eventsAreSent() {
        try (var running = Running.routes(() -> sse("/events", client -> {
            client.sendEvent("temperature", "21");
            client.close();
        }))) {
            running.given()
                    .header("Accept", "text/event-stream")
                    .get("/events")
                    .then()
                    .statusCode(200)
                    .body(equalTo("event: temperature\ndata: 21\n\n"));
        }
    }

    private static String described(UploadedFile file) {
        try (var content = file.content()) {
            return file.filename() + "=" + new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Completes with the first message of a web socket. */
    private record FirstMessage(CompletableFuture<String> received) implements WebSocket.Listener {
        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence text, boolean isLast) {
            received.complete(text.toString());
            return CompletableFuture.completedStage(null);
        }
    }
}
