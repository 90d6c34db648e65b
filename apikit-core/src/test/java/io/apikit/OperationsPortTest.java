package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.ops.AppPage;
import io.apikit.ops.AppView;
import io.apikit.ops.Operations;
import io.javalin.http.Context;
import io.restassured.RestAssured;
import io.restassured.config.HttpClientConfig;
import io.restassured.config.RestAssuredConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes, metrics and pages on a port of their own. */
@Timeout(60)
class OperationsPortTest {
    private static final List<String> PATHS =
            List.of("/health/live", "/health/ready", "/metrics", "/status", "/status.json");

    private static Running start(Consumer<Operations> more) {
        return Running.start(Running.builder()
                .operations(
                        ops -> more.accept(ops.port(0).stopDelay(Duration.ZERO).page(new StatusPage())))
                .routes(() -> {
                    get("/ask", ctx -> ctx.result("response"));
                    get("/{any}/{route}", ctx -> ctx.result("wildcard"));
                }));
    }

    /** A page with its data. */
    private static final class StatusPage implements AppPage {
        @Override
        public String path() {
            return "/status";
        }

        @Override
        public Content contentFor(AppView app) {
            return new Content() {
                @Override
                public void respond(Context ctx) {
                    ctx.result("page");
                }

                @Override
                public Map<String, ?> data() {
                    return Map.of();
                }
            };
        }
    }

    private static int operationsPort(Running running) {
        return ((ServerConnector) running.app().jettyServer().server().getConnectors()[1]).getLocalPort();
    }

    private static int status(int port, String path) {
        return RestAssured.given()
                .config(RestAssuredConfig.config()
                        .httpClient(HttpClientConfig.httpClientConfig().setParam("http.socket.timeout", 10_000)))
                .urlEncodingEnabled(false)
                .baseUri("http://127.0.0.1")
                .port(port)
                .header("Connection", "close")
                .get(path)
                .statusCode();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void operationsAreOnTheirPortAlone(boolean readAhead) {
        try (var running = start(ops -> ops.readAhead(readAhead))) {
            var port = operationsPort(running);
            assertThat(running.app().port()).isNotEqualTo(port);
            for (var path : PATHS) {
                assertThat(status(port, path)).as(path).isEqualTo(200);
                assertThat(status(running.app().port(), path)).as(path).isEqualTo(404);
            }
            assertThat(status(running.app().port(), "/ask")).isEqualTo(200);
            assertThat(status(running.app().port(), "/")).isEqualTo(200);
        }
    }

    @Test
    void noSpellingReachesThemOnTheServicesPort() {
        try (var running = start(ops -> {})) {
            for (var path : List.of("/metrics/", "//metrics", "/%6detrics", "/metrics;a=b", "/./metrics", "/METRICS")) {
                assertThat(running.given().urlEncodingEnabled(false).get(path).asString())
                        .as(path)
                        .doesNotContain("jvm_");
            }
        }
    }

    @Test
    void serviceIsNotOnTheirPort() {
        try (var running = start(ops -> {})) {
            for (var path : List.of("/ask", "/metadata", "/", "/metrics/", "/any/route")) {
                assertThat(status(operationsPort(running), path)).as(path).isEqualTo(404);
            }
        }
    }

    @Test
    void noLoadOnTheServiceReachesThem() throws IOException {
        var release = new CountDownLatch(1);
        var builder = Running.builder()
                .operations(ops -> ops.port(0)
                        .maxConcurrentRequests(1)
                        .grace(Duration.ZERO)
                        .stopDelay(Duration.ZERO)
                        .limits(limits -> limits.connections(2).perPeer(1, Duration.ofHours(1))))
                .routes(() -> get("/wait", ctx -> release.await()));
        var waiting = new ArrayList<Socket>();
        try (var running = Running.start(builder)) {
            for (var i = 0; i < 4; i++) {
                var socket = new Socket(
                        InetAddress.getLoopbackAddress(), running.app().port());
                waiting.add(socket);
                socket.getOutputStream()
                        .write("GET /wait HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
            }

            for (var path : List.of("/health/live", "/health/ready", "/metrics")) {
                assertThat(status(operationsPort(running), path)).as(path).isEqualTo(200);
            }
        } finally {
            release.countDown();
            for (var socket : waiting) {
                socket.close();
            }
        }
    }

    @Test
    void threadsAreTheirOwn() {
        var builder = Running.builder()
                .operations(ops -> ops.port(0).softCheck("any", () -> true))
                .javalin(config -> config.routes.before(
                        "/health/live",
                        ctx -> ctx.header("X-Thread", Thread.currentThread().getName())));
        try (var running = Running.start(builder)) {
            assertThat(RestAssured.given()
                            .baseUri("http://127.0.0.1")
                            .port(operationsPort(running))
                            .get("/health/live")
                            .header("X-Thread"))
                    .startsWith("apikit-operations");
        }
    }

    @Test
    void portIsAPort() {
        assertThatThrownBy(() -> new OperationsSettings().port(-1)).hasMessageContaining("port must be 0 to 65535");
        assertThatThrownBy(() -> new OperationsSettings().port(65_536)).hasMessageContaining("port must be");
    }
}
