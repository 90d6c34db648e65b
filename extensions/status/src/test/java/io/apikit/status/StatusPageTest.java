package io.apikit.status;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.ApiApp;
import io.apikit.auth.Backend;
import io.restassured.path.json.JsonPath;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The status page and its data over HTTP. */
@Timeout(60)
class StatusPageTest {
    private static final List<String> BOTH = List.of("/status", "/status.json");

    private static ApiApp.Builder withPage() {
        return ApiApp.builder(RunningApp.METADATA).operations(ops -> ops.page(StatusPage.at("/status")));
    }

    @Test
    void noPageUnlessItIsAdded() {
        try (var running = RunningApp.start(ApiApp.builder(RunningApp.METADATA))) {
            BOTH.forEach(path -> running.given().get(path).then().statusCode(404));
            assertThat(samplingThreads()).isEmpty();
        }
    }

    @Test
    void pageIsHtmlThatIsNeitherCachedNorFramed() {
        try (var running = RunningApp.start(withPage())) {
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
    void policyAllowsOwnScriptAndStyleByDigestOnly() throws Exception {
        try (var running = RunningApp.start(withPage())) {
            var page = running.given().get("/status");

            assertThat(page.header("Content-Security-Policy"))
                    .isEqualTo("default-src 'none'; script-src 'sha256-" + digest("script", page.asString())
                            + "'; style-src 'sha256-" + digest("style", page.asString())
                            + "'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        }
    }

    @Test
    void pageLoadsNothingElseAndInsertsNoMarkup() {
        try (var running = RunningApp.start(withPage())) {
            var page = running.given().get("/status").asString().replace("http://www.w3.org/2000/svg", "");

            assertThat(page)
                    .doesNotContain("://", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval(")
                    .doesNotContainPattern("<[^>]+ (src|href|style|on\\w+)=");
        }
    }

    @Test
    void headHasTheSameHeadersAndNoBody() {
        try (var running = RunningApp.start(withPage())) {
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
    void requestsInFlightAreCountedThoughNobodyReadsTheMetrics() throws Exception {
        var entered = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var builder = withPage()
                .routes(() -> get("/held", ctx -> {
                    entered.countDown();
                    gate.await();
                }));
        try (var running = RunningApp.start(builder)) {
            var held = new Thread(() -> running.given().get("/held"));
            held.start();
            entered.await();
            try {
                assertThat(running.given().get("/status.json").jsonPath().getInt("in_flight"))
                        .isEqualTo(1);
            } finally {
                gate.countDown();
                held.join();
            }
        }
    }

    @Test
    void routesOfTheAuthorDoNotShadowThePage() {
        var builder = withPage()
                .routePrefixes("/", "/svc")
                .javalin(config -> config.routes.get("/*", ctx -> ctx.result("mine")))
                .routes(() -> {
                    get("/{a}", ctx -> ctx.result("mine"));
                    get("/{a}/{b}", ctx -> ctx.result("mine"));
                });
        try (var running = RunningApp.start(builder)) {
            assertThat(running.given().get("/status").asString()).startsWith("<!DOCTYPE html>");
            assertThat(running.given().get("/status.json").asString()).startsWith("{\"service\"");
            assertThat(running.given().get("/svc/status").asString()).isEqualTo("mine");
        }
    }

    @Test
    void pathIsFreeUnlessTaken() {
        try (var running = RunningApp.start(
                ApiApp.builder(RunningApp.METADATA).operations(ops -> ops.page(StatusPage.at("/ops/page"))))) {
            running.given().get("/ops/page").then().statusCode(200);
            running.given().get("/ops/page.json").then().statusCode(200);
        }
        assertThatThrownBy(() ->
                        withPage().operations(ops -> ops.metrics("/status")).build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/status");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "status", "/status/", "/{a}", "/s*", "/s?x", "/a b", "//s"})
    void pathMustBeLiteral(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ApiApp.builder(RunningApp.METADATA).operations(ops -> ops.page(StatusPage.at(path))))
                .withMessageContaining("the path of a page");
    }

    @Test
    void dataHasWhatThePageShows() {
        var builder = withPage()
                .operations(ops -> ops.check("disk", () -> true).softCheck("moon", () -> {
                    throw new IllegalStateException("s3cr3t");
                }))
                .routes(() ->
                        get("/{job}", ctx -> ctx.status(ctx.pathParam("job").equals("none") ? 404 : 200)));
        try (var running = RunningApp.start(builder)) {
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
    void backendsAreShownByTheirNames() {
        var named = Backend.at("http://127.0.0.1:1").name("pele").build();
        var unnamed = Backend.at("http://127.0.0.1:1").build();
        try (var running = RunningApp.start(withPage().auth(named).closeOnStop(unnamed))) {
            assertThat(data(running).<String>getList("backends.name")).containsExactly("127.0.0.1:1", "pele");
        }
    }

    @Test
    void requestsForOperationsAreNotCounted() {
        try (var running = RunningApp.start(withPage())) {
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
    void onlyTheBusiestRoutesAreShown() {
        var builder = withPage().routes(() -> {
            for (int i = 0; i < 30; i++) {
                get("/route-" + i, ctx -> {});
            }
        });
        try (var running = RunningApp.start(builder)) {
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
    void withoutMetricsNothingIsMeasuredOrSampled() {
        try (var running = RunningApp.start(withPage().operations(ops -> ops.metrics(null)))) {
            var data = data(running);

            assertThat(data.getBoolean("measured")).isFalse();
            assertThat(data.getMap("")).containsOnlyKeys("service", "uptime_seconds", "status", "checks", "measured");
            assertThat(samplingThreads()).isEmpty();
        }
    }

    @Test
    void samplingRunsFromStartToStop() throws Exception {
        var app = withPage().build();
        assertThat(samplingThreads()).isEmpty();

        app.start("127.0.0.1", 0);
        assertThat(samplingThreads()).hasSize(1).allMatch(Thread::isDaemon);

        var thread = samplingThreads().get(0);
        app.stop();
        thread.join(10_000);
        assertThat(thread.isAlive()).isFalse();
    }

    @Test
    void uptimeCountsFromTheStart() {
        var nanos = new AtomicLong();
        var page = new StatusPage("/status", Duration.ofSeconds(5), nanos::get);
        var builder = ApiApp.builder(RunningApp.METADATA).operations(ops -> ops.page(page));
        nanos.addAndGet(Duration.ofHours(1).toNanos());
        try (var running = RunningApp.start(builder)) {
            nanos.addAndGet(Duration.ofHours(3).toNanos());
            assertThat(data(running).getInt("uptime_seconds")).isEqualTo(10_800);
        }
    }

    /** The tests of a JVM run one after the other: no other test has such a thread now. */
    private static List<Thread> samplingThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("apikit-status"))
                .toList();
    }

    /** A client may read the response before the request is counted. */
    private static JsonPath dataOnceServed(RunningApp running, int requests) {
        var data = data(running);
        for (int i = 0; i < 500 && (data.getInt("requests.total") < requests || data.getInt("in_flight") > 0); i++) {
            data = data(running);
        }
        return data;
    }

    private static JsonPath data(RunningApp running) {
        var response =
                running.given().get("/status.json").then().statusCode(200).extract();
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(response.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.header("X-Content-Type-Options")).isEqualTo("nosniff");
        return response.jsonPath();
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
