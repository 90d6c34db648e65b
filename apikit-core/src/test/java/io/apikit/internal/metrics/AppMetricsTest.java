package io.apikit.internal.metrics;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.ApiApp;
import io.apikit.AuthMode;
import io.apikit.Running;
import io.apikit.Scrapes;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The metrics of an app that has no backend. */
class AppMetricsTest {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";

    @Test
    void theDefaultIsUncachedPrometheusText() {
        try (var running = Running.routes(() -> get("/{a}", ctx -> {}))) {
            var answer = running.given().get("/metrics").then().statusCode(200).extract();

            assertThat(answer.header("Content-Type")).isEqualTo(TEXT);
            assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
            assertThat(answer.asString())
                    .contains(
                            "# TYPE jvm_memory_used_bytes gauge",
                            "# TYPE jvm_threads_live_threads gauge",
                            "# TYPE process_uptime_seconds gauge",
                            "# TYPE process_files_open_files gauge",
                            "# TYPE process_cpu_usage gauge",
                            "# TYPE jvm_gc_memory_allocated_bytes_total counter",
                            "# TYPE jetty_threads_busy gauge",
                            "jetty_connections_current 1.0",
                            "http_server_requests_active 1.0");
        }
    }

    @Test
    void theRegistryHasAllMetersBeforeTheyAreScraped() {
        try (var running = Running.routes(() -> {})) {
            assertThat(meters(running).get("process.uptime").timeGauge().value(TimeUnit.MILLISECONDS))
                    .isPositive();
            assertThat(meters(running).get("jetty.connections.current").gauge().value())
                    .isZero();
        }
    }

    @Test
    void openMetricsIsSentOnRequest() {
        try (var running = Running.routes(() -> {})) {
            var accept = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.1";
            var answer = running.given()
                    .header("Accept", accept)
                    .get("/metrics")
                    .then()
                    .statusCode(200)
                    .extract();

            assertThat(answer.header("Content-Type"))
                    .isEqualTo("application/openmetrics-text; version=1.0.0; charset=utf-8");
            assertThat(answer.asString()).endsWith("# EOF\n");
        }
    }

    @Test
    void headHasTheSameHeadersAndNoBody() {
        try (var running = Running.routes(() -> {})) {
            var answer = running.given().head("/metrics").then().statusCode(200).extract();

            assertThat(answer.header("Content-Type")).isEqualTo(TEXT);
            assertThat(answer.asString()).isEmpty();
        }
    }

    @Test
    void clientThatAcceptsGzipGetsIt() throws Exception {
        try (var running = Running.routes(() -> {})) {
            var plain = metrics(running, "identity");
            var gzip = metrics(running, "br;q=0.5, GZIP");

            assertThat(plain).contains("# TYPE jvm_memory_used_bytes gauge").doesNotContain("Content-Encoding");
            assertThat(gzip).contains("\r\nContent-Encoding: gzip\r\n", "\r\nVary: Accept-Encoding\r\n");
            assertThat(gzip.length()).isLessThan(plain.length() / 2);
            assertThat(running.given()
                            .header("Accept-Encoding", "gzip")
                            .get("/metrics")
                            .asString())
                    .contains("# TYPE jvm_memory_used_bytes gauge");
        }
    }

    @Test
    void clientThatRefusesGzipGetsPlainText() throws Exception {
        try (var running = Running.routes(() -> {})) {
            for (var refusal : List.of("gzip;q=0", "br", "\"gzip")) {
                assertThat(metrics(running, refusal))
                        .contains("# TYPE jvm_memory_used_bytes gauge")
                        .doesNotContain("Content-Encoding");
            }
        }
    }

    private static String metrics(Running running, String acceptEncoding) throws IOException {
        return running.raw("GET /metrics HTTP/1.1\r\nHost: x\r\nAccept-Encoding: " + acceptEncoding
                + "\r\nConnection: close\r\n\r\n");
    }

    @Test
    void routesAndPrefixesOfTheAppDoNotApply() {
        var builder = Running.builder()
                .routePrefixes("/", "/svc")
                .javalin(config ->
                        config.routes.get("/*", ctx -> ctx.result("mine")).head("/*", ctx -> ctx.status(418)))
                .routes(() -> get("/{a}/{b}", ctx -> ctx.result("mine")));
        try (var running = Running.start(builder)) {
            assertThat(running.given().get("/metrics").asString()).startsWith("# HELP");
            running.given().head("/metrics").then().statusCode(200);
            assertThat(running.given().get("/svc/metrics").asString()).isEqualTo("mine");
        }
    }

    @Test
    void thePathCanBeChanged() {
        var builder = Running.builder().operations(ops -> ops.metrics("/ops/prometheus"));
        try (var running = Running.start(builder)) {
            running.given().get("/metrics").then().statusCode(404);
            assertThat(running.given().get("/ops/prometheus").asString()).contains("http_server_requests_active");
        }
    }

    @Test
    void switchedOffNothingIsMeasured() {
        var bound = new AtomicInteger();
        var builder = Running.builder().closeOnStop(new Bindable(bound)).operations(ops -> ops.metrics(null));
        try (var running = Running.start(builder)) {
            running.given().get("/metrics").then().statusCode(404);
            Counter.builder("mine").register(meters(running)).increment();

            assertThat(meters(running).get("mine").counter().count()).isZero();
            assertThat(meters(running).getMeters()).hasSize(1);
            assertThat(bound).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/", "metrics", "/metrics/", "/{a}", "/m*", "/m?x", "/a b", "//m"})
    void aPathThatIsNotLiteralIsRejected(String path) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Running.builder().operations(ops -> ops.metrics(path)))
                .withMessageContaining("the path of metrics");
    }

    @Test
    void requestsAreTimedByRegisteredRoute() {
        var builder = Running.builder().routePrefixes("/svc").routes(() -> {
            get("/{job}/{metric}", ctx -> ctx.status(ctx.pathParam("job").equals("none") ? 404 : 200));
            post("/broken", ctx -> {
                throw new IllegalStateException();
            });
        });
        try (var running = Running.start(builder)) {
            for (var path : List.of("/svc/a/b", "/svc/c/d", "/svc/e/f", "/svc/none/b", "/nowhere", "/elsewhere")) {
                running.given().get(path);
            }
            running.given().post("/svc/broken").then().statusCode(500);
            running.given().request("BREW", "/svc/coffee");

            var last = count("OTHER", "CLIENT_ERROR", 404, "UNMATCHED") + " 1";
            assertThat(Scrapes.until(running, text -> text.contains(last)))
                    .contains(
                            count("GET", "SUCCESS", 200, "/svc/{job}/{metric}") + " 3",
                            count("GET", "CLIENT_ERROR", 404, "/svc/{job}/{metric}") + " 1",
                            count("GET", "CLIENT_ERROR", 404, "UNMATCHED") + " 2",
                            count("POST", "SERVER_ERROR", 500, "/svc/broken") + " 1",
                            "http_server_requests_seconds_bucket{method=\"GET\",outcome=\"SUCCESS\",status=\"200\","
                                    + "uri=\"/svc/{job}/{metric}\",le=\"+Inf\"} 3")
                    .doesNotContain("BREW", "coffee", "nowhere");
        }
    }

    @Test
    void requestsInFlightAreCounted() throws Exception {
        var arrived = new CountDownLatch(2);
        var gate = new CountDownLatch(1);
        var threads = Executors.newFixedThreadPool(2);
        try (var running = Running.routes(() -> get("/held", ctx -> {
            arrived.countDown();
            gate.await(10, TimeUnit.SECONDS);
        }))) {
            var held = List.of(
                    threads.submit(() -> running.given().get("/held").statusCode()),
                    threads.submit(() -> running.given().get("/held").statusCode()));
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

            assertThat(running.given().get("/metrics").asString()).contains("http_server_requests_active 3.0");

            gate.countDown();
            for (var one : held) {
                assertThat(one.get(10, TimeUnit.SECONDS)).isEqualTo(200);
            }
        } finally {
            gate.countDown();
            threads.shutdownNow();
        }
    }

    @Test
    void anUnreadableMeterHidesNoOtherMeter() {
        try (var running = Running.routes(() -> {})) {
            Counter.builder("jobs.started")
                    .description("Jobs")
                    .register(meters(running))
                    .increment(3);
            Gauge.builder("jobs.broken", () -> {
                        throw new IllegalStateException("no");
                    })
                    .description("Broken")
                    .register(meters(running));

            assertThat(running.given()
                            .get("/metrics")
                            .then()
                            .statusCode(200)
                            .extract()
                            .asString())
                    .contains("# HELP jobs_started_total Jobs", "jobs_started_total 3.0");
        }
    }

    @Test
    void aBinderGivenTwiceIsBoundOnce() {
        var bound = new AtomicInteger();
        var mode = new Bindable(bound);
        var app = Running.builder().auth(mode).closeOnStop(mode, mode).build();

        assertThat(bound).hasValue(1);
        assertThat(app.meters().get("bindable").gauge().value()).isEqualTo(7);
        app.start("127.0.0.1", 0).stop();
        assertThat(app.meters().getMeters()).isEmpty();
    }

    private static MeterRegistry meters(Running running) {
        return ((ApiApp) running.app()).meters();
    }

    private static String count(String method, String outcome, int status, String uri) {
        return "http_server_requests_seconds_count{method=\"" + method + "\",outcome=\"" + outcome + "\",status=\""
                + status + "\",uri=\"" + uri + "\"}";
    }

    private record Bindable(AtomicInteger bound) implements AuthMode, MeterBinder, AutoCloseable {
        @Override
        public String name() {
            return "bindable";
        }

        @Override
        public void bindTo(MeterRegistry registry) {
            bound.incrementAndGet();
            Gauge.builder("bindable", () -> 7).register(registry);
        }

        @Override
        public void close() {}
    }
}
