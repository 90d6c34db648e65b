package io.apikit.openapi;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;

import io.apikit.ApiApp;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page and its files, as a browser loads them. */
@Timeout(60)
class DocsPageTest {
    private static final OpenApi PAGE = OpenApi.at("/svc/docs");
    private static RunningApp running;

    @BeforeAll
    static void start() {
        running = RunningApp.start(ApiApp.builder(RunningApp.METADATA)
                .routePrefixes("/", "/svc")
                .routes(() -> get("/{any}", ctx -> ctx.result("mine")))
                .operations(ops -> ops.page(PAGE).port(0)));
    }

    @AfterAll
    static void stop() {
        running.close();
    }

    @Test
    void pageRefersToItsOwnFilesAlone() {
        var html = running.given()
                .get("/svc/docs")
                .then()
                .statusCode(200)
                .header("Content-Type", equalTo("text/html;charset=utf-8"))
                .extract()
                .asString();

        assertThat(html)
                .contains("<title>uservice-test</title>")
                .doesNotContain("http://", "https://", "<style", "onload");
        assertThat(Pattern.compile("<script(?! src=)").matcher(html).find()).isFalse();
        var references = Pattern.compile("(?:src|href)=\"([^\"]+)\"")
                .matcher(html)
                .results()
                .map(found -> "/svc/" + found.group(1))
                .toList();
        assertThat(references).hasSize(6).isSubsetOf(PAGE.files());
        references.forEach(path -> running.given().get(path).then().statusCode(200));
    }

    @Test
    void policyForbidsWhatThePageDoesNotNeed() {
        running.given()
                .get("/svc/docs")
                .then()
                .header(
                        "Content-Security-Policy",
                        startsWith("default-src 'none'; script-src 'self'; style-src 'self';"))
                .header("X-Frame-Options", equalTo("DENY"))
                .header("X-Content-Type-Options", equalTo("nosniff"));
        assertThat(running.given().get("/svc/docs").header("Content-Security-Policy"))
                .doesNotContain("unsafe");
    }

    @Test
    void slashAtTheEndLeadsToThePage() {
        running.given()
                .redirects()
                .follow(false)
                .get("/svc/docs/")
                .then()
                .statusCode(308)
                .header("Location", equalTo("../docs"));
    }

    @Test
    void filesOfAVersionAreKeptByBrowsers() {
        var script = file("swagger-ui-bundle.js");
        running.given()
                .header("Accept-Encoding", "gzip")
                .get(script)
                .then()
                .statusCode(200)
                .header("Content-Type", equalTo("text/javascript"))
                .header("Content-Encoding", equalTo("gzip"))
                .header("Vary", equalTo("Accept-Encoding"))
                .header("Cache-Control", equalTo("public, max-age=31536000, immutable"));
        running.given().get(file("favicon-32x32.png")).then().header("Content-Type", equalTo("image/png"));
    }

    @Test
    void othersAreAskedForAgainAndSentIfTheyChanged() {
        for (var path : List.of("/svc/docs", "/svc/openapi.json", file("page.js"), file("page.css"))) {
            var first = running.given().get(path);
            assertThat(first.header("Cache-Control")).isEqualTo("no-cache");
            running.given()
                    .header("If-None-Match", first.header("ETag"))
                    .get(path)
                    .then()
                    .statusCode(304);
            running.given()
                    .header("If-None-Match", "W/\"other\"")
                    .get(path)
                    .then()
                    .statusCode(200);
        }
    }

    @Test
    void callerWithoutGzipGetsPlainBytes() throws Exception {
        var client = HttpClient.newHttpClient();
        for (var coding : List.of("identity", "gzip;q=0, identity")) {
            var request = HttpRequest.newBuilder(URI.create(running.url() + "/svc/openapi.json"))
                    .header("Accept-Encoding", coding)
                    .build();
            var response = client.send(request, BodyHandlers.ofString());
            assertThat(response.headers().firstValue("Content-Encoding")).isEmpty();
            assertThat(response.body()).contains("\"3.1.0\"");
        }
    }

    @Test
    void headIsServedToo() {
        Stream.of("/svc/docs", "/svc/openapi.json", file("swagger-ui.css"))
                .forEach(path -> running.given().head(path).then().statusCode(200));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "index.html",
                "swagger-initializer.js",
                "oauth2-redirect.html",
                "../swagger-ui.css",
                "..%2fpage.js",
                "%2e%2e/%2e%2e/META-INF/MANIFEST.MF",
                "page.html",
                ""
            })
    void otherFilesOfTheJarAreNotServed(String name) {
        var folder = file("page.js").replace("page.js", "");
        var status =
                running.given().urlEncodingEnabled(false).get(folder + name).statusCode();
        assertThat(status).isIn(400, 404);
    }

    @Test
    void pathsAreAllThatABrowserLoads() {
        assertThat(PAGE.paths()).contains("/svc/docs", "/svc/openapi.json").hasSize(7);
    }

    private static String file(String name) {
        return PAGE.files().stream()
                .filter(path -> path.endsWith("/" + name))
                .findFirst()
                .orElseThrow();
    }
}
