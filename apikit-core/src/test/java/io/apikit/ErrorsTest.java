package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.UnauthorizedResponse;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ErrorsTest {
    private static final String ID = "the-request.id_1";
    private static final String GENERIC = "request id " + ID;
    private static Running running;

    public record Order(String name, List<Integer> amounts) {}

    /** No mapper can make one. */
    public interface Unreadable {}

    @BeforeAll
    static void start() {
        running = Running.start(Running.builder().javalin(ErrorsTest::configure).routes(() -> {
            get("/throw/{what}", ctx -> fail(ctx.pathParam("what")));
            get(
                    "/future/{what}",
                    ctx -> ctx.future(() -> CompletableFuture.runAsync(() -> {
                        try {
                            fail(ctx.pathParam("what"));
                        } catch (Exception e) {
                            throw new CompletionException(e);
                        }
                    })));
            get("/status/{status}", ctx -> ctx.status(Integer.parseInt(ctx.pathParam("status"))));
            get("/own/{what}", ErrorsTest::own);
            get("/late/{what}", ErrorsTest::lateFailure);
            post("/order", ctx -> ctx.json(ctx.bodyAsClass(Order.class)));
            post("/order-stream", ctx -> ctx.json(ctx.bodyStreamAsClass(Order.class)));
            post(
                    "/order-validated",
                    ctx -> ctx.json(ctx.bodyValidator(Order.class).get()));
            post(
                    "/upload",
                    ctx -> ctx.result("got "
                            + Objects.requireNonNull(ctx.uploadedFile("file")).size()));
            post("/unreadable", ctx -> ctx.json(ctx.bodyAsClass(Unreadable.class)));
            get("/unwritable", ctx -> ctx.json(new Object()));
            get(
                    "/number",
                    ctx -> ctx.json(ctx.queryParamAsClass("n", Integer.class).get()));
        }));
    }

    private static void configure(io.javalin.config.JavalinConfig config) {
        config.routes
                .before("/filtered", ctx -> ctx.status(401).result("not you").skipRemainingHandlers())
                .after("/after", ctx -> ctx.status(418))
                .get("/after", ctx -> ctx.result("tea"))
                .get("/after-fails", ctx -> ctx.result("fine"))
                .after("/after-fails", ctx -> {
                    throw new IllegalStateException("secret");
                })
                .exception(
                        NumberFormatException.class, (e, ctx) -> ctx.status(409).result("mapped"))
                .error(410, ctx -> ctx.result("gone for good"));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static void fail(String what) throws Exception {
        switch (what) {
            case "backend" ->
                throw new BackendError(503, "Backend Asleep", "come back \"later\"\n\u00e9\ud800")
                        .withHeader("Retry-After", "7")
                        .withHeader("WWW-Authenticate", "Basic realm=\"x\"");
            case "internal" -> throw BackendError.internal("out of cheese");
            case "bare" -> throw BackendError.of(502, null);
            case "unexpected" -> throw new IllegalStateException("password=hunter2");
            case "checked" -> throw new java.io.IOException("password=hunter2");
            case "error" -> throw new StackOverflowError("password=hunter2");
            case "linkage" -> throw new NoClassDefFoundError("org/example/Gone");
            case "wrapped" -> {
                Callable<String> task = () -> {
                    throw BackendError.of(504, "slow");
                };
                var future = new FutureTask<>(task);
                future.run();
                future.get();
            }
            case "javalin" -> throw new BadRequestResponse("no metric");
            case "javalin-details" -> throw new HttpResponseException(422, "unfit", Map.of("field", "age"));
            case "unauthorized" -> throw new UnauthorizedResponse();
            case "mapped" -> throw new NumberFormatException();
            default -> throw new AssertionError(what);
        }
    }

    private static void own(Context ctx) throws Exception {
        switch (ctx.pathParam("what")) {
            case "text" -> ctx.status(404).result("no such job");
            case "long" -> ctx.status(404).result("x".repeat(100_000));
            case "html" -> ctx.status(400).html("<h1>bad</h1>");
            case "json" -> ctx.status(404).json(Map.of("mine", 1));
            case "image" -> ctx.status(404).contentType("image/png").result(new byte[] {1, 2, 3});
            case "stream" -> {
                ctx.status(502).contentType("text/plain; charset=iso-8859-1");
                ctx.outputStream().write(new byte[] {'n', (byte) 0xe9, 'e'});
                ctx.res().flushBuffer();
                ctx.outputStream().write('!');
            }
            case "length" -> ctx.status(404).header("Content-Length", "3").result("abc");
            case "sendError" -> ctx.res().sendError(403, "java.lang.SecretException");
            case "cached" -> ctx.status(404).header("Cache-Control", "max-age=60");
            default -> throw new AssertionError(ctx.path());
        }
    }

    private static void lateFailure(Context ctx) throws Exception {
        ctx.header("Cache-Control", "max-age=3600").header("ETag", "\"1\"").header("Content-Length", "4000");
        ctx.header("Set-Cookie", "kept=1");
        if (ctx.pathParam("what").equals("result")) {
            ctx.result("half of a secret answer");
        } else {
            ctx.outputStream().write("half of a secret answer".getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        if (ctx.pathParam("what").equals("flushed-error")) {
            ctx.status(502).res().flushBuffer();
        }
        throw BackendError.of(504, "too slow").withHeader("Expires", "0");
    }

    private static Response get_(String path) {
        return running.given()
                .header("X-Request-Id", ID)
                .header("Accept-Encoding", "gzip")
                .get(path);
    }

    private static void assertError(Response got, int status, String reason, @Nullable String content) {
        assertThat(got.asString()).startsWith("{\"reason\":");
        assertThat(got.statusCode()).as(got.asString()).isEqualTo(status);
        assertThat(got.header("Content-Type")).isEqualTo("application/json");
        Map<String, Object> json = got.jsonPath().getMap("");
        assertThat(json.keySet()).containsExactly("reason", "status_code", "error_content");
        assertThat(json.get("reason")).isEqualTo(reason);
        assertThat(json.get("status_code")).isEqualTo(status);
        assertThat(json.get("error_content")).isEqualTo(content);
        assertThat(got.header("Vary")).isEqualTo("Accept");
        assertThat(got.header("Content-Length")).isEqualTo(String.valueOf(got.asByteArray().length));
    }

    @Test
    void aBackendErrorSaysItsReasonContentAndHeaders() {
        var got = get_("/throw/backend");
        assertError(got, 503, "Backend Asleep", "come back \"later\"\n\u00e9?");
        assertThat(got.header("Retry-After")).isEqualTo("7");
        assertThat(got.header("WWW-Authenticate")).isEqualTo("Basic realm=\"x\"");
        assertError(get_("/throw/bare"), 502, "Bad Gateway", null);
        assertError(get_("/throw/internal"), 500, "Internal Server Error", "out of cheese");
    }

    @Test
    void anUnexpectedExceptionIsAGeneric500WithTheRequestId() {
        for (var what : List.of("unexpected", "checked", "error", "linkage")) {
            assertError(get_("/throw/" + what), 500, "Internal Server Error", GENERIC);
            assertError(get_("/future/" + what), 500, "Internal Server Error", GENERIC);
        }
        assertError(get_("/after-fails"), 500, "Internal Server Error", GENERIC);
        assertError(get_("/unwritable"), 500, "Internal Server Error", GENERIC);
    }

    @Test
    void aFailedFutureIsNoDifferent() {
        assertError(get_("/future/backend"), 503, "Backend Asleep", "come back \"later\"\n\u00e9?");
        assertError(get_("/future/javalin"), 400, "Bad Request", "no metric");
        assertError(get_("/throw/wrapped"), 504, "Gateway Timeout", "slow");
    }

    @Test
    void javalinsOwnExceptionsHaveTheShape() {
        assertError(get_("/throw/javalin"), 400, "Bad Request", "no metric");
        assertError(get_("/throw/javalin-details"), 422, "Unprocessable Content", "unfit; field: age");
        var unauthorized = get_("/throw/unauthorized");
        assertError(unauthorized, 401, "Unauthorized", null);
        assertThat(unauthorized.header("WWW-Authenticate")).isNull();
    }

    @Test
    void aPathThatIsNotThereIs404() {
        assertError(get_("/no/such/path"), 404, "Not Found", "no route for GET /no/such/path");
        assertError(running.given().post("/no/such"), 404, "Not Found", "no route for POST /no/such");
        assertError(get_("/WEB-INF/web.xml"), 404, "Not Found", "no route for GET /WEB-INF/web.xml");
    }

    @Test
    void aBareStatusGetsTheShape() {
        assertError(get_("/status/404"), 404, "Not Found", null);
        assertError(get_("/status/429"), 429, "Too Many Requests", null);
        assertError(get_("/status/500"), 500, "Internal Server Error", GENERIC);
        assertError(get_("/status/599"), 599, "Status 599", null);
        assertError(get_("/after"), 418, "I'm a Teapot", "tea");
    }

    @Test
    void whatAHandlerWroteUnderAnErrorStatusBecomesTheContent() {
        assertError(get_("/own/text"), 404, "Not Found", "no such job");
        assertError(get_("/own/html"), 400, "Bad Request", "<h1>bad</h1>");
        assertError(get_("/own/image"), 404, "Not Found", null);
        assertError(get_("/own/length"), 404, "Not Found", "abc");
        assertError(get_("/own/stream"), 502, "Bad Gateway", "n\u00e9e!");
        assertError(get_("/throw/mapped"), 409, "Conflict", "mapped");
        assertError(get_("/status/410"), 410, "Gone", "gone for good");
        assertError(get_("/filtered"), 401, "Unauthorized", "not you");
    }

    @Test
    void aLongTextIsCutAt16KiB() {
        var got = get_("/own/long");
        assertError(got, 404, "Not Found", "x".repeat(16 * 1024));
    }

    @Test
    void theServletsOwnErrorPageSaysNoMoreThanItsStatus() {
        assertError(get_("/own/sendError"), 403, "Forbidden", null);
    }

    @Test
    void nothingOfAnAnswerThatFailedIsLeft() {
        for (var what : List.of("result", "stream", "flushed-error")) {
            var got = get_("/late/" + what);
            assertError(got, 504, "Gateway Timeout", "too slow");
            assertThat(got.header("Cache-Control")).isNull();
            assertThat(got.header("ETag")).isNull();
            assertThat(got.header("Expires")).isEqualTo("0");
            assertThat(got.header("Set-Cookie")).isEqualTo("kept=1");
        }
        assertThat(get_("/own/cached").header("Cache-Control")).isEqualTo("max-age=60");
    }

    @Test
    void badJsonInIs400AndNamesThePlace() {
        for (var path : List.of("/order", "/order-stream")) {
            var got = running.given().body("{\"name\": nope}").post(path);
            assertError(got, 400, "Bad Request", got.jsonPath().getString("error_content"));
            assertThat(got.jsonPath().getString("error_content")).startsWith("not the JSON expected at line 1, column");
            var unfit =
                    running.given().body("{\"name\":\"n\",\"amounts\":[\"x\"]}").post(path);
            assertThat(unfit.statusCode()).isEqualTo(400);
            assertThat(unfit.jsonPath().getString("error_content")).contains("in field amounts");
            running.given().body("").post(path).then().statusCode(400);
            assertError(
                    running.given().body(" null ").post(path),
                    400,
                    "Bad Request",
                    "not the JSON expected: the whole body is null");
            running.given().body("[".repeat(10_000)).post(path).then().statusCode(400);
            running.given()
                    .body("{\"name\":\"n\",\"amounts\":[1]}")
                    .post(path)
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void jsonThatTheServiceItselfCannotReadIsItsOwnFault() {
        running.given().body("{}").post("/unreadable").then().statusCode(500);
    }

    @Test
    void aFailedValidationIs400AndNamesTheField() {
        assertError(get_("/number?n=many"), 400, "Bad Request", "n: TYPE_CONVERSION_FAILED");
        assertError(
                running.given().body("nope").post("/order-validated"),
                400,
                "Bad Request",
                "REQUEST_BODY: DESERIALIZATION_FAILED");
    }

    @Test
    void aBodyTooLargeIs413() {
        var got = running.given().body("x".repeat((1 << 20) + 1)).post("/order");
        assertError(got, 413, "Content Too Large", null);
    }

    @Test
    void aClassOrStackTraceNeverShows() {
        for (var path : List.of(
                "/throw/unexpected",
                "/throw/error",
                "/throw/linkage",
                "/future/error",
                "/own/sendError",
                "/unwritable",
                "/after-fails")) {
            assertThat(get_(path).asString())
                    .as(path)
                    .doesNotContain("Exception", "java", "hunter2", "secret", "org/", "\tat ");
        }
        assertThat(running.given().body("{\"amounts\":{}}").post("/order").asString())
                .doesNotContain("java", "Order", "Exception");
    }

    @Test
    void aFormWithAFileOverSixteenMegabytesIsTooLarge() {
        var most = 16 << 20;
        running.given()
                .multiPart("file", "f", new byte[most])
                .post("/upload")
                .then()
                .statusCode(200)
                .body(equalTo("got " + most));
        running.given()
                .multiPart("file", "f", new byte[most + 1])
                .post("/upload")
                .then()
                .statusCode(413)
                .body("status_code", equalTo(413));
    }
}
