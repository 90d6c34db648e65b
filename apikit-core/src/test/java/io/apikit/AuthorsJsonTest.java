package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;

import io.javalin.http.Context;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** JSON that an author's own code writes under an error status, and the reasons of errors that nobody gave a reason. */
class AuthorsJsonTest {
    /** About 300 KB. */
    private static final List<Map<String, Object>> LARGE = IntStream.range(0, 10_000)
            .mapToObj(i -> Map.<String, Object>of("job", "job " + i, "ok", false))
            .toList();

    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.start(Running.builder()
                .javalin(config -> config.routes
                        .before(
                                "/filtered",
                                ctx -> ctx.status(409)
                                        .json(Map.of("by", "filter"))
                                        .skipRemainingHandlers())
                        .exception(
                                NumberFormatException.class,
                                (e, ctx) -> ctx.status(422).json(Map.of("by", "mapper")))
                        .exception(
                                ArithmeticException.class,
                                (e, ctx) -> ctx.status(409).result("mapped"))
                        .error(410, ctx -> ctx.json(Map.of("by", "status"))))
                .routes(() -> {
                    get("/worst", ctx -> ctx.status(502).json(LARGE));
                    get("/streamed", AuthorsJsonTest::stream);
                    get("/filtered", ctx -> ctx.result("never"));
                    get("/mapped", ctx -> ctx.result("" + Integer.parseInt("x")));
                    get("/mapped-text", ctx -> ctx.json(Map.of("half", 1 / "".length())));
                    get("/mapped-after-json", AuthorsJsonTest::failAfterJson);
                    get("/gone", ctx -> ctx.status(410));
                    get(
                            "/problem",
                            ctx -> ctx.status(403)
                                    .contentType("application/problem+json; charset=utf-8")
                                    .result("{\"title\":\"mine\"}"));
                    get("/empty", ctx -> ctx.status(404).contentType("application/json"));
                    get("/text", ctx -> ctx.status(404).result("{\"mine\":1}"));
                    get("/fails", ctx -> {
                        ctx.status(404).json(Map.of("half", 1));
                        throw BackendError.of(504, "too slow");
                    });
                    get("/status/{status}", ctx -> ctx.status(Integer.parseInt(ctx.pathParam("status"))));
                    get("/reason", ctx -> {
                        throw new BackendError(413, "Job Too Large", null);
                    });
                }));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static void stream(Context ctx) throws IOException {
        ctx.status(503).contentType("application/vnd.jobs+json");
        ctx.outputStream().write("[1,".getBytes(StandardCharsets.UTF_8));
        ctx.res().flushBuffer();
        ctx.outputStream().write("2]".getBytes(StandardCharsets.UTF_8));
    }

    private static void failAfterJson(Context ctx) {
        ctx.status(404).json(Map.of("half", 1));
        throw new ArithmeticException();
    }

    private static String head(String path) throws IOException {
        var got = running.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        return got.substring(0, got.indexOf("\r\n"));
    }

    @Test
    void largeResultUnderAnErrorStatusIsWhole() {
        var got = running.given().header("Accept-Encoding", "gzip").get("/worst");

        assertThat(got.statusCode()).isEqualTo(502);
        assertThat(got.header("Content-Type")).isEqualTo("application/json");
        assertThat(got.header("Content-Encoding")).isEqualTo("gzip");
        assertThat(got.header("X-Request-Id")).isNotBlank();
        assertThat(got.header("X-Content-Type-Options")).isEqualTo("nosniff");
        List<Map<String, Object>> read = JsonPath.from(got.asString()).getList("");
        assertThat(read).isEqualTo(LARGE);
    }

    @Test
    void largeResultIsWholeForACallerWithoutGzip() throws Exception {
        var url = URI.create("http://127.0.0.1:" + running.app().port() + "/worst");
        var got = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(url).build(), HttpResponse.BodyHandlers.ofString());

        assertThat(got.headers().firstValue("Content-Encoding")).isEmpty();
        List<Map<String, Object>> read = JsonPath.from(got.body()).getList("");
        assertThat(read).isEqualTo(LARGE);
    }

    @Test
    void callerThatPrefersProblemDetailsGetsTheAuthorsJson() {
        var got = running.given().header("Accept", "application/problem+json").get("/gone");

        assertThat(got.asString()).isEqualTo("{\"by\":\"status\"}");
    }

    @ParameterizedTest
    @CsvSource({
        "/filtered, 409, application/json, {\"by\":\"filter\"}",
        "/mapped, 422, application/json, {\"by\":\"mapper\"}",
        "/gone, 410, application/json, {\"by\":\"status\"}",
        "/streamed, 503, application/vnd.jobs+json, '[1,2]'",
        "/problem, 403, application/problem+json; charset=utf-8, {\"title\":\"mine\"}",
    })
    void jsonOfTheAuthorsCodePassesAsItIs(String path, int status, String type, String body) {
        var got = running.given().get(path);

        assertThat(got.statusCode()).isEqualTo(status);
        assertThat(got.header("Content-Type")).isEqualTo(type);
        assertThat(got.asString()).isEqualTo(body);
    }

    @ParameterizedTest
    @CsvSource({
        "/text, 404, Not Found, {\"mine\":1}",
        "/mapped-text, 409, Conflict, mapped",
        "/mapped-after-json, 409, Conflict, mapped",
        "/fails, 504, Gateway Timeout, too slow",
    })
    void allElseKeepsTheOneShape(String path, int status, String reason, String content) {
        running.given()
                .get(path)
                .then()
                .statusCode(status)
                .body("reason", equalTo(reason))
                .body("status_code", equalTo(status))
                .body("error_content", equalTo(content));
    }

    @Test
    void jsonTypeWithoutABodyKeepsTheOneShape() {
        running.given().get("/empty").then().statusCode(404).body("error_content", nullValue());
    }

    @Test
    void everyStatusLineNamesTheReasonOfItsBody() throws IOException {
        for (int status = 400; status < 600; status++) {
            var reason = running.given().get("/status/" + status).path("reason");
            if (status != 410) {
                assertThat(head("/status/" + status)).isEqualTo("HTTP/1.1 " + status + " " + reason);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/status/413, HTTP/1.1 413 Content Too Large",
        "/status/422, HTTP/1.1 422 Unprocessable Content",
        "/status/500, HTTP/1.1 500 Internal Server Error",
        "/status/510, HTTP/1.1 510 Not Extended",
        "/mapped, HTTP/1.1 422 Unprocessable Content",
    })
    void statusLineHasTheStandardReason(String path, String line) throws IOException {
        assertThat(head(path)).isEqualTo(line);
    }

    @Test
    void refusedBodyHasTheStandardReasonTwice() throws IOException {
        var got = running.raw("POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 2000000\r\n\r\n");

        assertThat(got).startsWith("HTTP/1.1 413 Content Too Large\r\n").contains("\"reason\":\"Content Too Large\"");
    }

    @Test
    void givenReasonStaysInTheBody() {
        running.given().get("/reason").then().statusCode(413).body("reason", equalTo("Job Too Large"));
    }
}
