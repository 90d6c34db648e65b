package io.apikit.internal.health;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.head;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.emptyString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.ApiApp;
import io.apikit.ProbedApp;
import io.javalin.http.Handler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ProbesTest {
    private static final Handler MINE = ctx -> ctx.result("mine");
    private static final String DOWN = "{\"status\":\"down\",\"checks\":{\"database\":\"up\",\"queue\":\"down\"},"
            + "\"reason\":\"Service Unavailable\",\"status_code\":503,\"error_content\":\"down: queue\"}";

    private static ProbedApp withQueueDown() {
        return ProbedApp.with(ops -> ops.check("database", () -> true).check("queue", () -> false));
    }

    @Test
    void livenessIgnoresTheChecks() {
        try (var probed = withQueueDown()) {
            var live = probed.given().get(ProbedApp.LIVE);
            assertThat(live.asString()).isEqualTo("{\"status\":\"up\"}");
            live.then().statusCode(200).contentType("application/json").header("Cache-Control", "no-store");
        }
    }

    @Test
    void withoutChecksAStartedAppIsReady() {
        try (var probed = ProbedApp.with(ops -> {})) {
            assertThat(probed.ready()).isEqualTo("200 {\"status\":\"up\",\"checks\":{}}");
        }
    }

    @Test
    void aFailingHardCheckIsA503() {
        try (var probed = withQueueDown()) {
            var ready = probed.given().get(ProbedApp.READY);
            assertThat(ready.asString()).isEqualTo(DOWN);
            ready.then().statusCode(503).contentType("application/json").header("Cache-Control", "no-store");
        }
    }

    @Test
    void aFailingSoftCheckIsDegradedButReady() {
        try (var probed =
                ProbedApp.with(ops -> ops.softCheck("backend", () -> false).check("database", () -> true))) {
            assertThat(probed.ready())
                    .isEqualTo("200 {\"status\":\"degraded\",\"checks\":{\"backend\":\"down\",\"database\":\"up\"}}");
        }
    }

    @Test
    void aHardFailureOutweighsLaterSoftOnes() {
        try (var probed =
                ProbedApp.with(ops -> ops.check("database", () -> false).softCheck("backend", () -> false))) {
            probed.given()
                    .get(ProbedApp.READY)
                    .then()
                    .statusCode(503)
                    .body("status", equalTo("down"))
                    .body("error_content", equalTo("down: database, backend"));
        }
    }

    @Test
    void problemDetailsAreThoseOfOtherErrors() {
        try (var probed = withQueueDown()) {
            probed.given()
                    .accept("application/problem+json")
                    .get(ProbedApp.READY)
                    .then()
                    .statusCode(503)
                    .contentType("application/problem+json")
                    .header("Cache-Control", "no-store")
                    .body("status", is(503))
                    .body("title", equalTo("Service Unavailable"))
                    .body("detail", equalTo("down: queue"));
        }
    }

    @Test
    void headRespondsLikeGet() {
        try (var probed = withQueueDown()) {
            probed.given()
                    .head(ProbedApp.LIVE)
                    .then()
                    .statusCode(200)
                    .header("Content-Length", "15")
                    .body(emptyString());
            probed.given()
                    .head(ProbedApp.READY)
                    .then()
                    .statusCode(503)
                    .header("Content-Length", "" + DOWN.length())
                    .header("Cache-Control", "no-store")
                    .body(emptyString());
        }
    }

    @Test
    void otherMethodsAreNotAllowed() {
        try (var probed = ProbedApp.with(ops -> {})) {
            for (var path : List.of(ProbedApp.LIVE, ProbedApp.READY)) {
                probed.given().post(path).then().statusCode(405).header("Allow", "GET, HEAD, OPTIONS");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/*", "/<all>", "/{a}/{b}", "/health/*"})
    void routesOfTheAppCannotShadowProbes(String path) {
        assertUnshadowed(ProbedApp.builder().routes(() -> {
            get(path, MINE);
            head(path, MINE);
        }));
        assertUnshadowed(ProbedApp.builder()
                .javalin(
                        config -> config.routes.get(path, MINE).head(path, MINE).error(503, MINE)));
    }

    private static void assertUnshadowed(ApiApp.Builder builder) {
        try (var probed = ProbedApp.start(builder, ops -> ops.check("queue", () -> false))) {
            probed.given().get(ProbedApp.LIVE).then().statusCode(200).body("status", equalTo("up"));
            probed.given()
                    .get(ProbedApp.READY)
                    .then()
                    .statusCode(503)
                    .body("status", equalTo("down"))
                    .body("status_code", is(503));
            probed.given().head(ProbedApp.LIVE).then().header("Content-Length", "15");
        }
    }

    @Test
    void aRouteOfTheSamePathIsRejected() {
        var builder = ProbedApp.builder().routes(() -> get(ProbedApp.LIVE, MINE));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(ProbedApp.LIVE);
    }

    @Test
    void probesHaveNoRoutePrefix() {
        try (var probed = ProbedApp.start(ProbedApp.builder().routePrefixes("/svc"), ops -> {})) {
            probed.given().get(ProbedApp.LIVE).then().statusCode(200);
            probed.given().get("/svc" + ProbedApp.LIVE).then().statusCode(404);
        }
    }

    @Test
    void probesCanBeMovedAndSwitchedOff() {
        try (var probed = ProbedApp.with(ops -> ops.live("/livez").ready("/a/b/readyz"))) {
            probed.given().get("/livez").then().statusCode(200);
            probed.given().get("/a/b/readyz").then().statusCode(200);
            probed.given().get(ProbedApp.LIVE).then().statusCode(404);
            probed.given().get(ProbedApp.READY).then().statusCode(404);
        }
        try (var probed = ProbedApp.with(ops -> ops.live(null).ready(null))) {
            probed.given().get(ProbedApp.LIVE).then().statusCode(404);
            probed.given().get(ProbedApp.READY).then().statusCode(404);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "/", "health", "/health/", "/{a}", "/<a>", "/*", "//a", "/a/../b", "/.", "/a?b", "/a b"})
    void aPathThatIsNotLiteralIsRejected(String path) {
        var ops = ProbedApp.settings();
        assertThatThrownBy(() -> ops.live(path))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("live")
                .hasMessageContaining("\"" + path + "\"");
        assertThatThrownBy(() -> ops.ready(path)).hasMessageContaining("the path of ready ");
    }

    @Test
    void onePathForBothIsRejected() {
        var builder = ProbedApp.builder().operations(ops -> ops.live("/health").ready("/health"));
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/health");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a\nb", "taken"})
    void aBlankOrDuplicateNameIsRejected(String name) {
        var ops = ProbedApp.settings().check("taken", () -> true);
        assertThatThrownBy(() -> ops.softCheck(name, () -> true)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void invalidTimesAreRejectedByName() {
        var ops = ProbedApp.settings();
        assertThatThrownBy(() -> ops.checkTimeout(Duration.ZERO)).hasMessageContaining("checkTimeout");
        assertThatThrownBy(() -> ops.stopDelay(Duration.ofNanos(-1))).hasMessageContaining("stopDelay");
    }

    @Test
    void theLogHasChangesButNoExceptionMessages() {
        var works = new AtomicBoolean(true);
        try (var log = new Log();
                var probed = ProbedApp.with(ops -> ops.check("database", () -> {
                    if (!works.get()) {
                        throw new IllegalStateException("s3cr3t");
                    }
                    return true;
                }))) {
            later(probed);
            assertThat(log.lines()).isEmpty();
            works.set(false);
            assertThat(later(probed))
                    .startsWith("503 ")
                    .contains("\"database\":\"down\"")
                    .doesNotContain("s3cr3t");
            later(probed);
            assertThat(log.lines()).containsExactly("WARN the check database is down: java.lang.IllegalStateException");
            works.set(true);
            later(probed);
            later(probed);
            assertThat(log.lines()).hasSize(2).last().isEqualTo("INFO the check database is up again");
        }
    }

    /** Returns the readiness once the last result is too old. */
    private static String later(ProbedApp probed) {
        probed.nanos().addAndGet(1_000_000_000L);
        return probed.ready();
    }

    /** The lines that checks log while it is open. */
    private static final class Log implements AutoCloseable {
        private final Logger logger = (Logger) LoggerFactory.getLogger(CachedCheck.class);
        private final ListAppender<ILoggingEvent> seen = new ListAppender<>();

        Log() {
            seen.list = new CopyOnWriteArrayList<>(); // It is read while the app logs.
            seen.start();
            logger.addAppender(seen);
        }

        List<String> lines() {
            assertThat(seen.list).allMatch(line -> line.getThrowableProxy() == null);
            return seen.list.stream()
                    .map(line -> line.getLevel() + " " + line.getFormattedMessage())
                    .toList();
        }

        @Override
        public void close() {
            logger.detachAppender(seen);
        }
    }
}
