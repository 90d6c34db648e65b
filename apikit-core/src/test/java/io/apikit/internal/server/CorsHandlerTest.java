package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.before;
import static io.javalin.apibuilder.ApiBuilder.delete;
import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.Running;
import io.apikit.internal.caller.CorsOrigins;
import io.javalin.http.UnauthorizedResponse;
import io.restassured.response.Response;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages of another origin that call, as a browser sends it (the Fetch standard's CORS protocol). */
class CorsHandlerTest {
    private static final String PORTAL = "https://portal.example.org";
    private static final String OTHER = "https://portal.example.org.evil.example";
    private static Running running;

    @BeforeAll
    static void start() {
        running = Running.start(Running.builder()
                .operations(ops -> ops.allowOrigins(PORTAL, "http://localhost:3000"))
                .routes(() -> {
                    before(ctx -> {
                        if (ctx.header("Authorization") == null) {
                            throw new UnauthorizedResponse();
                        }
                    });
                    get("/ask", ctx -> ctx.result("answer"));
                    delete("/ask", ctx -> ctx.status(204));
                    get("/error", ctx -> ctx.res().sendError(503));
                }));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    private static Response from(String origin, String path) {
        return running.given()
                .header("Origin", origin)
                .header("Authorization", "Bearer one")
                .get(path);
    }

    private static void assertReadable(Response answer, String origin) {
        assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo(origin);
        assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
        assertThat(answer.header("Access-Control-Expose-Headers")).contains("X-Request-Id", "Retry-After");
        assertThat(answer.headers().getValues("Vary")).contains("Origin");
    }

    private static void assertNotReadable(Response answer) {
        assertThat(answer.headers().asList())
                .noneMatch(header -> header.getName().startsWith("Access-Control"));
        assertThat(answer.headers().getValues("Vary")).contains("Origin");
    }

    @Test
    void anAllowedPageReadsResponsesAndErrors() {
        assertReadable(from(PORTAL, "/ask"), PORTAL);
        assertReadable(from("http://localhost:3000", "/ask"), "http://localhost:3000");
        var missing = from(PORTAL, "/missing");
        assertThat(missing.statusCode()).isEqualTo(404);
        assertReadable(missing, PORTAL);
        var failed = from(PORTAL, "/error");
        assertThat(failed.statusCode()).isEqualTo(503);
        assertReadable(failed, PORTAL);
        assertReadable(running.given().header("Origin", PORTAL).get("/ask"), PORTAL);
    }

    @ParameterizedTest
    @ValueSource(strings = {OTHER, "http://portal.example.org", PORTAL + ":8443", "null", "*", PORTAL + " " + OTHER})
    void anotherPageIsServedButMayNotRead(String origin) {
        var answer = from(origin, "/ask");

        assertThat(answer.asString()).isEqualTo("answer");
        assertNotReadable(answer);
    }

    @Test
    void aRequestWithoutAnOriginIsServedAsUsual() {
        var answer = running.given().header("Authorization", "Bearer one").get("/ask");

        assertThat(answer.asString()).isEqualTo("answer");
        assertNotReadable(answer);
    }

    private static Response preflight(String origin, String path) {
        return running.given()
                .header("Origin", origin)
                .header("Access-Control-Request-Method", "DELETE")
                .header("Access-Control-Request-Headers", "authorization,x-special")
                .options(path);
    }

    /** It has no credentials, so nothing of the app must ask for some. */
    @Test
    void aPreflightNeedsNoCredentials() {
        var answer = preflight(PORTAL, "/ask");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertReadable(answer, PORTAL);
        assertThat(answer.header("Access-Control-Allow-Methods")).contains("GET", "POST", "DELETE");
        assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("authorization,x-special");
        assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
        assertThat(answer.header("X-Request-Id")).isNotBlank();
        assertNotReadable(preflight(OTHER, "/ask"));
    }

    @Test
    void anOptionsRequestThatIsNoPreflightReachesTheRouter() {
        var answer = running.given()
                .header("Origin", PORTAL)
                .header("Authorization", "Bearer one")
                .options("/ask");

        assertThat(answer.statusCode()).isEqualTo(204);
        assertThat(answer.header("Allow")).isEqualTo("GET, DELETE, HEAD, OPTIONS");
        assertReadable(answer, PORTAL);
    }

    @Test
    void anAllowedPageReadsA429() {
        try (var limited = Running.start(Running.builder()
                .operations(
                        ops -> ops.allowOrigins(PORTAL).limits(limits -> limits.perPeer(1, Duration.ofMinutes(1)))))) {
            limited.given().get("/metadata");
            var refused = limited.given().header("Origin", PORTAL).get("/metadata");

            assertThat(refused.statusCode()).isEqualTo(429);
            assertReadable(refused, PORTAL);
        }
    }

    @Test
    void byDefaultNoPageMayCall() {
        try (var closed = Running.start(Running.builder())) {
            var answer = closed.given().header("Origin", PORTAL).get("/metadata");

            assertThat(answer.headers().asList())
                    .noneMatch(header -> header.getName().startsWith("Access-Control"));
            assertThat(answer.header("Vary")).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "",
                "portal.example.org",
                "https://portal.example.org/",
                "https://portal.example.org/path",
                "https://*.example.org",
                "https://Portal.example.org",
                "https://user@portal.example.org",
                "ftp://portal.example.org",
                "https://portal.example.org:443",
                "http://portal.example.org:80",
                "https://portal.example.org:",
                "https://a b"
            })
    void anInvalidOriginIsRefusedByTheSettingsName(String origin) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorsOrigins.of(PORTAL, origin))
                .withMessageContaining("allowOrigins")
                .withMessageContaining("'" + origin + "'");
    }
}
