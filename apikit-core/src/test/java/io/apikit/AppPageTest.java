package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.hamcrest.Matchers.equalTo;

import io.apikit.ops.AppPage;
import io.apikit.ops.AppView;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages that an author adds to an app: their routes, their life, and what they can read. */
@Timeout(60)
class AppPageTest {
    private static final String DATA = "/page.json";

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger checks = new AtomicInteger();

    /** Shows all that it can read of its app. */
    private final class TestPage implements AppPage {
        private final String path;

        TestPage(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public Content contentFor(AppView app) {
            return new Content() {
                @Override
                public void start() {
                    events.add("start");
                }

                @Override
                public void respond(Context ctx) {
                    ctx.contentType("text/html; charset=utf-8").result("<p>page</p>");
                }

                @Override
                public Map<String, ?> data() {
                    return Map.of(
                            "metadata", app.metadata(),
                            "measured", app.meters().isPresent(),
                            "paths", app.operationsPaths().stream().sorted().toList(),
                            "status", app.readiness().status(),
                            "checks", app.readiness().checks());
                }

                @Override
                public void close() {
                    events.add("close");
                }
            };
        }
    }

    private ProbedApp withPage(Duration stopDelay) {
        return ProbedApp.with(ops -> ProbedApp.defaultStopDelay(ops, stopDelay)
                .page(new TestPage("/page"))
                .check("counted", () -> {
                    checks.incrementAndGet();
                    return true;
                }));
    }

    @Test
    void pageAndDataAreNeverCached() {
        try (var probed = withPage(Duration.ZERO)) {
            for (var path : List.of("/page", DATA)) {
                probed.given()
                        .get(path)
                        .then()
                        .statusCode(200)
                        .header(
                                "Content-Type",
                                equalTo(path.equals(DATA) ? "application/json" : "text/html;charset=utf-8"))
                        .header("Cache-Control", equalTo("no-store"))
                        .header("X-Content-Type-Options", equalTo("nosniff"));
            }
        }
    }

    @Test
    void pageReadsMetadataMetersPathsAndReadiness() {
        try (var probed = withPage(Duration.ZERO)) {
            var data = probed.given().get(DATA).jsonPath();

            assertThat(data.getMap("metadata").keySet().toString())
                    .isEqualTo("[name, version, repository, description, api_version, auth]");
            assertThat(data.getBoolean("measured")).isTrue();
            assertThat(data.<String>getList("paths"))
                    .containsExactly("/health/live", "/health/ready", "/metrics", "/page", DATA);
            assertThat(data.getString("status")).isEqualTo("up");
            assertThat(data.getMap("checks").toString()).isEqualTo("{counted=up}");
        }
    }

    @Test
    void pageReadsNoMetersWhereMetricsAreOff() {
        try (var probed = ProbedApp.with(
                ops -> ops.metrics(null).page(new TestPage("/page")).page(new TestPage("/other")))) {
            var data = probed.given().get(DATA).jsonPath();

            assertThat(data.getBoolean("measured")).isFalse();
            assertThat(data.<String>getList("paths"))
                    .containsExactly("/health/live", "/health/ready", "/other", "/other.json", "/page", DATA);
        }
    }

    @Test
    void pageLivesFromStartToStop() {
        var app = ProbedApp.builder()
                .operations(ops -> ops.page(new TestPage("/page")))
                .closeOnStop(() -> events.add("resource"))
                .build();
        assertThat(events).isEmpty();

        app.start("127.0.0.1", 0);
        assertThat(events).containsExactly("start");

        app.stop();
        app.stop();
        assertThat(events).containsExactly("start", "resource", "close");
    }

    @Test
    void samePageServesTwoApps() {
        var page = new TestPage("/page");
        try (var one = ProbedApp.with(ops -> ops.page(page).metrics(null));
                var other = ProbedApp.with(ops -> ops.page(page))) {
            assertThat(one.given().get(DATA).jsonPath().getBoolean("measured")).isFalse();
            assertThat(other.given().get(DATA).jsonPath().getBoolean("measured"))
                    .isTrue();
        }
    }

    @Test
    void routesOfTheAuthorDoNotShadowAPage() {
        var builder =
                ProbedApp.builder().routePrefixes("/", "/svc").routes(() -> get("/{any}", ctx -> ctx.result("mine")));
        try (var probed = ProbedApp.start(builder, ops -> ops.page(new TestPage("/page")))) {
            assertThat(probed.given().get("/page").asString()).isEqualTo("<p>page</p>");
            assertThat(probed.given().get("/svc/page").asString()).isEqualTo("mine");
        }
    }

    /** A page for callers, with a file and without data. */
    private record FilePage(List<AppView> views) implements AppPage {
        @Override
        public String path() {
            return "/docs";
        }

        @Override
        public boolean hasData() {
            return false;
        }

        @Override
        public List<String> files() {
            return List.of("/docs/1.0/page.js", "/routes");
        }

        @Override
        public boolean isForCallers() {
            return true;
        }

        @Override
        public Content contentFor(AppView app) {
            views.add(app);
            return new Content() {
                @Override
                public void respond(Context ctx) {
                    ctx.result("page");
                }

                @Override
                public void respondFile(Context ctx, String path) {
                    ctx.header("Cache-Control", "max-age=60").result("file " + path);
                }
            };
        }
    }

    @Test
    void pageForCallersHasFilesOnTheServicesPort() {
        try (var probed = ProbedApp.with(
                ops -> ops.page(new FilePage(new CopyOnWriteArrayList<>())).port(0))) {
            assertThat(probed.given().get("/docs").asString()).isEqualTo("page");
            assertThat(probed.given().get("/docs/1.0/page.js").asString()).isEqualTo("file /docs/1.0/page.js");
            assertThat(probed.given().head("/routes").statusCode()).isEqualTo(200);
            assertThat(probed.given().get("/routes").header("Cache-Control")).isEqualTo("max-age=60");
            assertThat(probed.given().get("/docs.json").statusCode()).isEqualTo(404);
            assertThat(probed.given().get("/docs/1.0/other.js").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void pageReadsTheRoutesByPrefixAndKind() {
        var views = new CopyOnWriteArrayList<AppView>();
        var builder = ProbedApp.builder().routePrefixes("/", "/svc").routes(() -> get("/{any}", ctx -> {}));
        try (var probed = ProbedApp.start(builder, ops -> ops.page(new FilePage(views)))) {
            probed.given().get("/docs").then().statusCode(200);
            var routes = views.get(0).routes().stream()
                    .filter(route -> route.method().equals("GET"))
                    .map(route -> route.kind() + " " + route.prefix() + " " + route.path())
                    .toList();

            assertThat(routes)
                    .contains(
                            "HEALTH  /",
                            "METADATA /svc /metadata",
                            "METADATA  /v1.0/metadata",
                            "PROBE  /health/live",
                            "METRICS  /metrics",
                            "PAGE  /docs",
                            "PAGE  /routes",
                            "SERVICE /svc /{any}",
                            "SERVICE  /{any}")
                    .doesNotHaveDuplicates();
        }
    }

    @Test
    void twoPagesAtOnePathAreRefused() {
        var builder = ProbedApp.builder()
                .operations(ops -> ops.page(new TestPage("/page")).page(new TestPage("/page")));
        assertThatIllegalArgumentException().isThrownBy(builder::build).withMessageContaining("/page");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "page", "/page/", "/{a}", "/s*", "/s?x", "/a b", "//s"})
    void pathMustBeLiteral(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProbedApp.builder().operations(ops -> ops.page(new TestPage(path))))
                .withMessageContaining("the path of a page must be a literal one such as");
    }

    @Test
    void checksRunOnceASecondHoweverManyReadThePage() {
        try (var probed = withPage(Duration.ZERO)) {
            for (int i = 0; i < 10; i++) {
                probed.given().get(DATA).then().statusCode(200);
                probed.given().get("/page").then().statusCode(200);
            }
            probed.ready();
            assertThat(checks).hasValue(1);

            probed.nanos().addAndGet(Duration.ofSeconds(2).toNanos());
            probed.given().get(DATA).then().statusCode(200);
            assertThat(checks).hasValue(2);
        }
    }

    @Test
    void readersOfAPageDoNotDelayTheStop() {
        var probed = withPage(Duration.ofDays(1));
        probed.given().get(DATA).then().statusCode(200);
        probed.app().stop();
        assertThat(probed.app().jettyServer().server().isStopped()).isTrue();
    }
}
