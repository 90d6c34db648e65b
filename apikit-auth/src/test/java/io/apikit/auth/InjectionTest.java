package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import io.javalin.http.Context;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller may put into a path, a header or a user name: never a header more, never another origin. */
class InjectionTest extends FrontDoorTest {
    private final WireBackend wire = new WireBackend(call -> call.write(WireBackend.ok("data")));
    private final AtomicInteger elsewhere = new AtomicInteger();
    private final String other = backend(config -> config.routes.before(ctx -> elsewhere.incrementAndGet()));

    /** CR LF, each alone, folded, and NUL; percent-encoded. */
    static Stream<String> lineBreaks() {
        return Stream.of("%0D%0A", "%0A", "%0D", "%00", "%0D%0A%20");
    }

    @ParameterizedTest
    @MethodSource("lineBreaks")
    void aLineBreakInAPathParameterIsABadRequestAndNothingIsSent(String lineBreak) throws Exception {
        var port = service(new TokenMode());

        for (var path : new String[] {"/segment/", "/text/"}) {
            var answer = askAs("alice", "wonderland", port, path + "a" + lineBreak + "X-Evil:%201");
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("\"reason\":\"Bad Request\"", "\"status_code\":400");
        }

        assertThat(wire.requests()).isEmpty();
    }

    /** Those, and characters whose low bytes are CR and LF: U+010D, U+010A. */
    static Stream<String> unsendable() {
        return Stream.concat(
                lineBreaks(), Stream.of("\u010d\u010a", "\u560d\u560a").map(InjectionTest::encoded));
    }

    @ParameterizedTest
    @MethodSource("unsendable")
    void aLineBreakInAHeaderValueIsABadRequestAndNothingIsSent(String lineBreak) throws Exception {
        var port = service(new TokenMode());

        var answer = askAs("alice", "wonderland", port, "/header?value=a" + lineBreak + "X-Evil:%201");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"reason\":\"Bad Request\"", "X-Caller")
                .doesNotContain("X-Evil");
        assertThat(wire.requests()).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("unsendable")
    void aLineBreakInAQueryIsEncodedAndTheBackendGetsNoHeaderMore(String lineBreak) throws Exception {
        var port = service(new TokenMode());

        var answer = askAs("alice", "wonderland", port, "/query?value=a" + lineBreak + "X-Evil:%201");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(wire.requests()).singleElement().satisfies(request -> {
            assertThat(request.header("X-Evil")).isEmpty();
            assertThat(request.line()).contains("value=a" + lineBreak);
        });
    }

    static Stream<Arguments> userNames() {
        var modes = Map.of(
                "custom", new TokenMode(),
                "basic", Authenticator.basic(),
                "token",
                        Authenticator.tokenLogin(
                                login -> login.credentialsAsBasic().sign("X", "{token}")),
                "oauth2-proxy", Authenticator.oauth2Proxy());
        return modes.entrySet().stream()
                .flatMap(mode -> Stream.of("ali\r\nX-Evil: 1", "alice\n", "\ralice", "ali\0ce", "ali\u007fce")
                        .map(name -> Arguments.of(mode.getKey(), mode.getValue(), name)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("userNames")
    void aControlCharacterInAUserNameIsABadRequestAndNobodyIsLoggedIn(String name, Authenticator mode, String user)
            throws Exception {
        var port = service(mode);

        var answer = askAs(user, "wonderland", port, "/segment/a");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"reason\":\"Bad Request\"").doesNotContain("X-Evil", "wonderland");
        assertThat(wire.logins()).isZero();
        assertThat(wire.requests()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"ali\r\nce", "ali\nce"})
    void aLineBreakInAPasswordIsABadRequestToo(String password) throws Exception {
        assertThat(askAs("alice", password, service(new TokenMode()), "/segment/a")
                        .statusCode())
                .isEqualTo(400);
        assertThat(wire.logins()).isZero();
    }

    /** OTHER stands for another server's host and port. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "//OTHER/x",
                "///OTHER/x",
                "http://OTHER/x",
                "HTTP://OTHER/x",
                "https://OTHER/x",
                "http:OTHER/x",
                "@OTHER/x",
                "//@OTHER/x",
                ":80@OTHER/x",
                "user:pw@OTHER/x",
                "/@OTHER/x",
                "\\\\OTHER\\x",
                "/\\OTHER/x",
                "/%5cOTHER/x",
                "/%2f%2fOTHER/x",
                "?http://OTHER/x",
                "#@OTHER/x",
                ";@OTHER/x",
                " //OTHER/x",
            })
    void whateverPathACallerSuppliesStaysOnTheConfiguredOrigin(String path) throws Exception {
        var port = service(new TokenMode());
        var supplied = encoded(path.replace("OTHER", other.substring("http://".length())));

        for (var route : new String[] {"/path?value=", "/segments?value="}) {
            var answer = askAs("alice", "wonderland", port, route + supplied);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo("data");
        }

        assertThat(elsewhere).hasValue(0);
        assertThat(wire.requests()).hasSize(2).allSatisfy(request -> {
            assertThat(request.line()).startsWith("GET /").doesNotStartWith("GET //");
            assertThat(request.header("Host")).isEqualTo(wire.url().substring("http://".length()));
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../x",
                "/a/../../x",
                "/%2e%2e/x",
                "/.%2E/x",
                "//OTHER/../x",
                "/..;/x",
                "..",
                "/a/%0d%0aHost:%20OTHER",
                "/\r\nHost: OTHER\r\n\r\nGET /x",
            })
    void aPathThatClimbsOrBreaksTheLineIsABadRequestAndNothingIsSent(String path) throws Exception {
        var port = service(new TokenMode());

        assertThat(askAs("alice", "wonderland", port, "/path?value=" + encoded(path))
                        .statusCode())
                .isEqualTo(400);

        assertThat(wire.requests()).isEmpty();
        assertThat(elsewhere).hasValue(0);
    }

    /** The request line and the host that a caller writes to the service mean nothing to the backend. */
    @ParameterizedTest
    @ValueSource(strings = {"GET http://OTHER/segment/a HTTP/1.1", "GET //OTHER/segment/a HTTP/1.1"})
    void anAbsoluteRequestLineLeadsNowhereElse(String line) throws Exception {
        var port = service(new TokenMode());

        try (var caller = raw(
                port,
                line.replace("OTHER", other.substring("http://".length())),
                "Authorization: " + basic("alice", "wonderland"))) {
            assertThat(caller.readToTheEnd()).startsWith("HTTP/1.1 ");
        }

        assertThat(elsewhere).hasValue(0);
        assertThat(wire.requests())
                .allSatisfy(request ->
                        assertThat(request.header("Host")).isEqualTo(wire.url().substring("http://".length())));
    }

    private int service(Authenticator mode) {
        var backend = opened(Backend.at(wire.url()).auth(mode).retry(RetryPolicy.none()));
        return serve(backend, () -> {
            get("/segment/{value}", ctx -> send(backend, ctx, BackendRequest.get("/x/{}/y", ctx.pathParam("value"))));
            get("/text/{value}", ctx -> send(backend, ctx, BackendRequest.get("/x/" + ctx.pathParam("value"))));
            get("/header", ctx -> send(backend, ctx, BackendRequest.get("/x").header("X-Caller", value(ctx))));
            get("/query", ctx -> send(backend, ctx, BackendRequest.get("/x").query("value", value(ctx))));
            get("/path", ctx -> send(backend, ctx, BackendRequest.get(value(ctx))));
            get("/segments", ctx -> send(backend, ctx, BackendRequest.get("/{}", value(ctx))));
        });
    }

    private static String value(Context ctx) {
        return String.join("", List.copyOf(ctx.queryParams("value")));
    }

    private static void send(Backend backend, Context ctx, BackendRequest request) {
        ctx.result(backend.session(ctx).send(request).orThrow().text());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @AfterEach
    void stopWire() {
        wire.close();
    }
}
