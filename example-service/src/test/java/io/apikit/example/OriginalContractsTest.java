package io.apikit.example;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import io.apikit.example.demo.DemoBackend;
import io.apikit.http.BackendRequest;
import io.apikit.testkit.oauth2proxy.Unauthenticated;
import io.javalin.http.Context;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Tests what services of the Flask original promise their callers, as kept or corrected here. */
class OriginalContractsTest {
    private final RunningDemo demo = RunningDemo.open();

    @AfterEach
    void close() {
        demo.close();
    }

    @Test
    @DisplayName("L1: two interleaved users whose logins are delayed log in once each, and never see each other's data")
    void interleavedUsersNeverCross() throws Exception {
        demo.provider().hold();
        var calls = ConcurrentCalls.send(100, demo.url() + RunningDemo.VALUE);
        demo.provider().awaitHeld(2);
        demo.provider().release();
        var responses = calls.responses();

        for (int call = 0; call < responses.size(); call++) {
            var user = DemoBackend.USERS.get(call % 2).name();
            assertThat(responses.get(call)).startsWith("200 ").contains("as " + user + " sees it");
        }
        assertThat(demo.provider().logins("alice")).isEqualTo(1);
        assertThat(demo.provider().logins("bob")).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "/metadata",
        "/metadata/",
        "/metadata.json",
        "/v1.0/metadata",
        "/v1.0/metadata/",
        "/v1.0/metadata.json",
        "/mymicroservice/metadata",
        "/mymicroservice/metadata/",
        "/mymicroservice/metadata.json",
        "/mymicroservice/v1.0/metadata",
        "/mymicroservice/v1.0/metadata/",
        "/mymicroservice/v1.0/metadata.json"
    })
    @DisplayName("L2: the metadata routes come before the author's own routes, in any order of registration")
    void metadataWins(String path) {
        try (var backend = Backend.at(demo.proxy().url()).build()) {
            var app = ApiApp.builder(MyMicroservice.SERVICE.metadata())
                    .routes(() -> get("/{a}/{b}", ctx -> ctx.result("shadow")))
                    .routes(() -> get("/<all>", ctx -> ctx.result("shadow")))
                    .auth(backend)
                    .routePrefixes("/mymicroservice", "/")
                    .build()
                    .start("127.0.0.1", 0);
            for (var running : List.of(app, demo.app())) {
                RunningDemo.at(running)
                        .get(path)
                        .then()
                        .statusCode(200)
                        .body("name", equalTo("uservice-mymicroservice"));
                RunningDemo.at(running).head(path).then().statusCode(200).contentType("application/json");
            }
            app.stop();
        }
    }

    @Test
    @DisplayName("The metadata has these six fields, and only the name of the auth mode")
    void metadataFields() {
        demo.anonymous()
                .get("/metadata")
                .then()
                .body("", aMapWithSize(6))
                .body("name", equalTo("uservice-mymicroservice"))
                .body("version", equalTo("0.0.1"))
                .body("repository", startsWith("https://"))
                .body("description", equalTo("My delightful microservice"))
                .body("api_version", equalTo("1.0"))
                .body("auth", equalTo("oauth2-proxy"));
    }

    @Test
    @DisplayName("L3: a POST stays a POST, and is not sent again if its outcome is unknown")
    void postIsSentOnceAfterAnAmbiguousFailure() throws Exception {
        try (var server = DisconnectingServer.start()) {
            var app = passingPosts(Backend.at(server.url()).build());
            RunningDemo.at(app)
                    .body("{\"go\":true}")
                    .post("/jobs")
                    .then()
                    .statusCode(502)
                    .body("error_content", containsString("unknown"));
            app.stop();
            assertThat(server.requestLines()).containsExactly("POST /jobs HTTP/1.1");
        }
    }

    @Test
    @DisplayName("L3: a GET after the same failure is sent again")
    void getIsRetried() throws Exception {
        try (var server = DisconnectingServer.start()) {
            var app = RunningDemo.start(server.url());
            RunningDemo.at(app).get(RunningDemo.VALUE).then().statusCode(502);
            app.stop();
            assertThat(server.requestLines())
                    .hasSize(3)
                    .allSatisfy(line -> assertThat(line).startsWith("GET /api?"));
        }
    }

    @Test
    @DisplayName("L3: a POST under an expired session arrives once, as a POST, byte for byte")
    void postIsReplayedAfterARenewal() {
        try (var backend = FakeBackend.behindProxy(ctx -> ctx.result(ctx.method() + " " + ctx.body()))) {
            var app = passingPosts(backend.withCallersCredentials());
            RunningDemo.at(app)
                    .auth()
                    .preemptive()
                    .basic("alice", "wonderland")
                    .body("one")
                    .post("/jobs");
            backend.proxy().expireAllSessions();
            var response = RunningDemo.at(app)
                    .auth()
                    .preemptive()
                    .basic("alice", "wonderland")
                    .body("\u0000 two".getBytes(StandardCharsets.UTF_8))
                    .post("/jobs");
            assertThat(response.body().asString()).isEqualTo("POST \u0000 two");
            assertThat(backend.proxy().backendRequests()).isEqualTo(2);
            app.stop();
        }
    }

    @ParameterizedTest(name = "{0} {1}: {2}")
    @CsvSource({
        "GET,  /nowhere,             404",
        "GET,  /nightly/nonsense,    404",
        "POST, /nightly/coverage,    405",
        "GET,  /%20/coverage,        400",
        "GET,  /nightly/%20,         400",
        "GET,  /mymicroservice/%09/x, 400",
    })
    @DisplayName("L4: every error has the same shape")
    void everyErrorHasTheOneShape(String method, String path, int status) {
        demo.alice()
                .request(method, path)
                .then()
                .statusCode(status)
                .contentType("application/json")
                .body("", aMapWithSize(3))
                .body("status_code", equalTo(status))
                .body("containsKey('reason')", equalTo(true))
                .body("containsKey('error_content')", equalTo(true));
    }

    @Test
    @DisplayName("L4: errors for a header that is too large, and for a malformed Authorization, have it too")
    void jettysOwnErrorsHaveTheOneShape() {
        var large = demo.anonymous().header("X-Large", "x".repeat(9_000)).get(RunningDemo.VALUE);
        large.then().statusCode(431).body("", aMapWithSize(3)).body("status_code", equalTo(431));
        var malformed = demo.anonymous().header("Authorization", "Basic ???").get(RunningDemo.VALUE);
        malformed
                .then()
                .statusCode(401)
                .header("WWW-Authenticate", startsWith("Basic"))
                .body("error_content", equalTo("The Authorization header is malformed."));
    }

    @Test
    @DisplayName("L4: the error for a request that Jetty cannot read has it too")
    void malformedRequestLine() throws Exception {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), demo.app().port())) {
            var request = "GET /nightly/%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            var response = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(response)
                    .startsWith("HTTP/1.1 400 ")
                    .contains("Content-Type: application/json")
                    .contains("{\"reason\":\"Bad Request\",\"status_code\":400,\"error_content\":");
        }
    }

    @Test
    @DisplayName("L4: an unreachable backend is a 502")
    void unreachableBackend() throws Exception {
        String gone;
        try (var server = DisconnectingServer.start()) {
            gone = server.url();
        }
        var app = RunningDemo.start(gone);
        var response = RunningDemo.at(app).get(RunningDemo.VALUE);
        response.then().statusCode(502).body("", aMapWithSize(3)).body("status_code", equalTo(502));
        RunningDemo.at(app).get("/").then().statusCode(200).body(equalTo("OK"));
        app.stop();
    }

    @Test
    @DisplayName("A blank part of the path is a 400")
    void blankPart() {
        demo.alice()
                .get("/nightly/%20")
                .then()
                .statusCode(400)
                .body("error_content", equalTo("Must specify metric and jobname."));
        assertThat(demo.proxy().backendRequests()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("L5: for every form of \"log in first\", the caller gets the response after one more login")
    void everyWayToAskForALoginIsUnderstood(Unauthenticated shape) {
        demo.alice().get(RunningDemo.VALUE).then().statusCode(200);
        demo.proxy().unauthenticated(shape);
        demo.proxy().expireAllSessions();
        demo.alice().get(RunningDemo.VALUE).then().statusCode(200).body("value", equalTo("93.5 (as alice sees it)"));
        assertThat(demo.proxy().logins("alice")).isEqualTo(2);
    }

    @Test
    @DisplayName("L6: no credentials: 401 and a challenge, at every prefix")
    void noCredentials() {
        for (var prefix : List.of("", "/mymicroservice")) {
            demo.anonymous()
                    .get(prefix + RunningDemo.VALUE)
                    .then()
                    .statusCode(401)
                    .header("WWW-Authenticate", startsWith("Basic realm="))
                    .body("status_code", equalTo(401));
        }
    }

    @Test
    @DisplayName("L7: after a rotation the next login sends the new password, and a fresh CSRF token")
    void rotatedPassword(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("password"), "wonderland\n");
        var app = RunningDemo.start(serviceAccount(file));
        RunningDemo.at(app).get(RunningDemo.VALUE).then().statusCode(200);

        demo.provider().changePassword("alice", "through the looking-glass");
        demo.proxy().expireAllSessions();
        Files.writeString(file, "through the looking-glass\n");
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(10)));
        RunningDemo.at(app).get(RunningDemo.VALUE).then().statusCode(200);

        var posts = demo.provider().loginPosts();
        assertThat(posts)
                .extracting(post -> post.password())
                .containsExactly("wonderland", "through the looking-glass");
        assertThat(posts.get(1).csrfToken())
                .isNotEmpty()
                .isNotEqualTo(posts.get(0).csrfToken());
        app.stop();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource({
        "text/plain; charset=ISO-8859-1,   e9,         é",
        "text/plain; charset=windows-1252, 80,         €",
        "text/plain; charset=utf-8,        e282ac,     €",
        "text/plain,                       c3a9,       é",
        "text/plain,                       e9,         é",
        "text/plain; charset=x-nonsense,   c3a9,       é",
    })
    @DisplayName("L8: text is read in the declared charset, else as UTF-8, else as ISO-8859-1")
    void charsets(String contentType, String hex, String value) {
        var bytes = HexFormat.of().parseHex(hex);
        try (var backend = FakeBackend.open(ctx -> write(ctx, contentType, bytes))) {
            var app = RunningDemo.start(backend.url());
            RunningDemo.at(app).get(RunningDemo.VALUE).then().statusCode(200).body("value", equalTo(value));
            app.stop();
        }
    }

    private static void write(Context ctx, String contentType, byte[] bytes) throws IOException {
        ctx.res().setHeader("Content-Type", contentType);
        ctx.res().getOutputStream().write(bytes);
    }

    private static ApiApp passingPosts(Backend backend) {
        return ApiApp.builder(MyMicroservice.SERVICE.metadata())
                .auth(backend)
                .routes(() -> post("/jobs", ctx -> {
                    var request = BackendRequest.post("/jobs").body(ctx.bodyAsBytes(), "text/plain");
                    ctx.result(backend.session(ctx).send(request).orThrow().text());
                }))
                .build()
                .start("127.0.0.1", 0);
    }

    private Map<String, String> serviceAccount(Path file) {
        return Map.of(
                "BACKEND_URL",
                demo.proxy().url(),
                "AUTH_MODE",
                "oauth2-proxy",
                "AUTH_USERNAME",
                "alice",
                "AUTH_PASSWORD_FILE",
                file.toString());
    }
}
