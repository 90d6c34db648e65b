package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.restassured.path.json.JsonPath;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The status page and its data over HTTP. */
@Timeout(60)
class StatusRoutesTest {
    private static final List<String> BOTH = List.of("/status", "/status.json");

    private static ApiApp.Builder switchedOn() {
        return Running.builder().operations(ops -> ops.status("/status"));
    }

    @Test
    void withoutASettingThereIsNone() {
        try (var running = Running.start(Running.builder())) {
            BOTH.forEach(path -> running.given().get(path).then().statusCode(404));
            assertThat(samplers()).isEmpty();
        }
    }

    @Test
    void thePageIsHtmlThatNobodyKeepsGuessesOrFrames() {
        try (var running = Running.start(switchedOn())) {
            var page = running.given().get("/status").then().statusCode(200).extract();

            assertThat(page.header("Content-Type")).isEqualTo("text/html;charset=utf-8");
            assertThat(page.header("Cache-Control")).isEqualTo("no-store");
            assertThat(page.header("X-Content-Type-Options")).isEqualTo("nosniff");
            assertThat(page.header("X-Frame-Options")).isEqualTo("DENY");
            assertThat(page.header("Referrer-Policy")).isEqualTo("no-referrer");
            assertThat(page.asString()).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        }
    }

    @Test
    void itsPolicyAllowsItsOwnScriptAndStyleByTheirDigestsAndNothingElse() throws Exception {
        try (var running = Running.start(switchedOn())) {
            var page = running.given().get("/status");

            assertThat(page.header("Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; script-src 'sha256-" + digest("script", page.asString())
                            + "'; style-src 'sha256-" + digest("style", page.asString())
                            + "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        }
    }

    @Test
    void itNamesNothingOutsideAndPutsNoDataInAsMarkup() {
        try (var running = Running.start(switchedOn())) {
            var page = running.given().get("/status").asString().replace("http://www.w3.org/2000/svg", "");

            assertThat(page)
                    .doesNotContain("://", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(")
                    .doesNotContainPattern("<[^>]+ (src|href|style|on\\w+)=");
        }
    }

    @Test
    void headHasTheSameHeadersAndNoBody() {
        try (var running = Running.start(switchedOn())) {
            for (var path : BOTH) {
                var got = running.given().get(path).headers();
                var head = running.given().head(path).then().statusCode(200).extract();

                for (var name : List.of("Content-Type", "Cache-Control", "X-Content-Type-Options")) {
                    assertThat(head.header(name)).isEqualTo(got.getValue(name));
                }
                assertThat(head.asString()).isEmpty();
            }
        }
    }

    @Test
    void noRouteOfTheAuthorsAnswersInItsPlaceAndNoPrefixHasIt() {
        var builder = switchedOn()
                .routePrefixes("/", "/svc")
                .javalin(config -> config.routes.get("/*", ctx -> ctx.result("mine")))
                .routes(() -> {
                    get("/{a}", ctx -> ctx.result("mine"));
                    get("/{a}/{b}", ctx -> ctx.result("mine"));
                });
        try (var running = Running.start(builder)) {
            assertThat(running.given().get("/status").asString()).startsWith("<!DOCTYPE html>");
            assertThat(running.given().get("/status.json").asString()).startsWith("{\"service\"");
            assertThat(running.given().get("/svc/status").asString()).isEqualTo("mine");
        }
    }

    @Test
    void itCanBeElsewhereButNotWhereSomethingElseIs() {
        try (var running = Running.start(Running.builder().operations(ops -> ops.status("/ops/page")))) {
            running.given().get("/ops/page").then().statusCode(200);
            running.given().get("/ops/page.json").then().statusCode(200);
        }
        assertThatThrownBy(() ->
                        switchedOn().operations(ops -> ops.metrics("/status")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "status", "/status/", "/{a}", "/s*", "/s?x", "/a b", "//s"})
    void aPathThatIsNotLiteralIsRefused(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Running.builder().operations(ops -> ops.status(path)))
                .withMessageContaining("the path of status");
    }

    @Test
    void theDataIsWhatThePageShows() {
        var builder = switchedOn()
                .operations(ops -> ops.check("disk", () -> true).softCheck("moon", () -> {
                    throw new IllegalStateException("s3cr3t");
                }))
                .routes(() ->
                        get("/{job}", ctx -> ctx.status(ctx.pathParam("job").equals("none") ? 404 : 200)));
        try (var running = Running.start(builder)) {
            List.of("/a", "/b", "/none", "/nowhere/at/all")
                    .forEach(path -> running.given().get(path));
            var data = dataOnceServed(running, 4);

            assertThat(data.getMap("service"))
                    .containsEntry("name", "uservice-test")
                    .containsEntry("description", "A \"test\" service")
                    .containsEntry("auth", "none")
                    .hasSize(6);
            assertThat(data.getString("status")).isEqualTo("degraded");
            assertThat(data.getMap("checks").toString()).isEqualTo("{disk=up, moon=down}");
            assertThat(data.getInt("uptime_seconds")).isBetween(0, 60);
            assertThat(data.getBoolean("measured")).isTrue();
            assertThat(data.getInt("in_flight")).isZero();
            assertThat(data.getInt("requests.total")).isEqualTo(4);
            assertThat(data.getInt("requests.client_errors")).isEqualTo(2);
            assertThat(data.getInt("requests.server_errors")).isZero();
            assertThat(data.<String>getList("requests.routes.route")).containsExactly("/{job}", "UNMATCHED");
            assertThat(data.<Integer>getList("requests.routes.total")).containsExactly(3, 1);
            assertThat(data.getList("backends")).isEmpty();
            assertThat(data.prettify()).doesNotContain("s3cr3t", "nowhere", "Exception");
        }
    }

    @Test
    void whoWatchesIsNotCountedNorAreThoseWhoProbe() {
        try (var running = Running.start(switchedOn())) {
            for (var path : List.of("/status", "/status.json", "/metrics", "/health/live", "/health/ready")) {
                running.given().get(path).then().statusCode(200);
            }
            assertThat(data(running).getInt("requests.total")).isZero();
            running.given().get("/metadata").then().statusCode(200);
            assertThat(dataOnceServed(running, 1).<String>getList("requests.routes.route"))
                    .containsExactly("/metadata");
        }
    }

    @Test
    void manyRoutesAreNotAllShown() {
        var builder = switchedOn().routes(() -> {
            for (int i = 0; i < 30; i++) {
                get("/route-" + i, ctx -> {});
            }
        });
        try (var running = Running.start(builder)) {
            for (int i = 0; i < 30; i++) {
                running.given().get("/route-" + i).then().statusCode(200);
            }
            running.given().get("/route-29").then().statusCode(200);

            assertThat(dataOnceServed(running, 31).<String>getList("requests.routes.route"))
                    .hasSize(20)
                    .startsWith("/route-29");
        }
    }

    @Test
    void withoutMetricsItSaysSoAndLooksAtNothing() {
        try (var running = Running.start(switchedOn().operations(ops -> ops.metrics(null)))) {
            var data = data(running);

            assertThat(data.getBoolean("measured")).isFalse();
            assertThat(data.getMap("")).containsOnlyKeys("service", "uptime_seconds", "status", "checks", "measured");
            assertThat(samplers()).isEmpty();
        }
    }

    @Test
    void whatRemembersIsThereFromStartToStop() throws Exception {
        var app = switchedOn().build();
        assertThat(samplers()).isEmpty();

        app.start("127.0.0.1", 0);
        assertThat(samplers()).hasSize(1).allMatch(Thread::isDaemon);

        var thread = samplers().get(0);
        app.stop();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    /** No other test of this JVM has one meanwhile: they run one after the other. */
    private static List<Thread> samplers() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("apikit-status"))
                .toList();
    }

    /** An answer may be read before its request is counted. */
    private static JsonPath dataOnceServed(Running running, int requests) {
        var data = data(running);
        for (int i = 0; i < 500 && (data.getInt("requests.total") < requests || data.getInt("in_flight") > 0); i++) {
            data = data(running);
        }
        return data;
    }

    private static JsonPath data(Running running) {
        var answer = running.given().get("/status.json").then().statusCode(200).extract();
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
        assertThat(answer.header("X-Content-Type-Options")).isEqualTo("nosniff");
        return answer.jsonPath();
    }

    private static String digest(String element, String page) throws Exception {
        var parts = Pattern.compile("(?s)<" + element + "[^>]*>(.*?)</" + element + ">")
                .matcher(page)
                .results()
                .toList();
        assertThat(parts).hasSize(1);
        var digest = MessageDigest.getInstance("SHA-256")
                .digest(parts.get(0).group(1).getBytes(UTF_8));
        return Base64.getEncoder().encodeToString(digest);
    }
}
