package io.apikit.example;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.apikit.example.demo.DemoBackend;
import io.javalin.Javalin;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Tests the demo in a JVM with OpenTelemetry's agent. The fake backend is in that JVM too, behind real HTTP. Another backend
 * is in the JVM of the test, without an agent. The agent writes spans as lines of OTLP JSON.
 */
@Tag("thorough")
@Timeout(90)
class OpenTelemetryAgentTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String SERVER = "2";
    private static final String CLIENT = "3";
    private static final Pattern DEMO = Pattern.compile("this service: +(http://\\S+)");
    private static final Pattern SPANS = Pattern.compile("\\{\"resource\".*\"spanId\"");

    /** A span of a trace. */
    private record Span(String trace, String id, String parent, String kind, Map<String, String> attributes) {
        private boolean is(String ofKind, String attribute, String value) {
            return kind.equals(ofKind) && attributes.getOrDefault(attribute, "").equals(value);
        }

        private boolean isCallOf(String path) {
            return kind.equals(CLIENT)
                    && attributes.getOrDefault("url.full", "").contains(path);
        }
    }

    private final List<Map<String, List<String>>> received = new CopyOnWriteArrayList<>();
    private final List<Span> spans = new ArrayList<>();
    private final Javalin untraced = Javalin.create(config -> {
                config.startup.showJavalinBanner = false;
                config.routes.get("/NASA", ctx -> {
                    received.add(Map.of(
                            "traceparent", Collections.list(ctx.req().getHeaders("traceparent")),
                            "tracestate", Collections.list(ctx.req().getHeaders("tracestate")),
                            "X-Request-Id", Collections.list(ctx.req().getHeaders("X-Request-Id"))));
                    ctx.result("a picture");
                });
            })
            .start("127.0.0.1", 0);
    private final MainProcess service;

    OpenTelemetryAgentTest() throws IOException {
        var settings = Map.of(
                "PORT", "0",
                "LOG_FORMAT", "json",
                "NASA_URL", "http://127.0.0.1:" + untraced.port(),
                "OTEL_TRACES_EXPORTER", "logging-otlp",
                "OTEL_METRICS_EXPORTER", "none",
                "OTEL_LOGS_EXPORTER", "none",
                "OTEL_BSP_SCHEDULE_DELAY", "50");
        service = MainProcess.start(List.of("-javaagent:" + agent()), settings);
    }

    private static String agent() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> entry.contains("opentelemetry-javaagent"))
                .findFirst()
                .orElseThrow();
    }

    @AfterEach
    void close() {
        service.close();
        untraced.stop();
    }

    @Test
    void traceContinuesFromTheServiceToItsBackend() throws Exception {
        var url = service.awaitOut(DEMO).group(1);
        given().baseUri(url).get(RunningDemo.VALUE).then().statusCode(200);

        var called = await(span -> span.is(SERVER, "url.path", "/nightly/coverage"));
        var calling = await(span -> span.isCallOf("/api?"));
        var backend = await(span -> span.is(SERVER, "url.path", "/api"));
        assertThat(called.attributes).containsEntry("http.route", "/{jobname}/{metric}");
        assertThat(called.parent).isEmpty();
        assertThat(calling.parent).isEqualTo(called.id);
        assertThat(backend.parent).isEqualTo(calling.id);
        assertThat(List.of(calling.trace, backend.trace)).containsOnly(called.trace);

        assertCallersTraceContinuesOnce(url);
    }

    /** Runs in the same JVM as the test above, because an agent is slow to start. */
    private void assertCallersTraceContinuesOnce(String url) throws Exception {
        given().baseUri(url)
                .header("traceparent", "00-" + TRACE + "-" + CALLER + "-01")
                .header("tracestate", "v=1")
                .header("X-Request-Id", "mine")
                .get("/nasa/picture")
                .then()
                .statusCode(200);
        var called = await(span -> span.is(SERVER, "http.route", "/nasa/picture"));
        var calling = await(span -> span.isCallOf("/NASA"));
        assertThat(called.parent).isEqualTo(CALLER);
        assertThat(calling.parent).isEqualTo(called.id);
        assertThat(List.of(called.trace, calling.trace)).containsOnly(TRACE);
        assertThat(received)
                .containsExactly(Map.of(
                        "traceparent", List.of("00-" + TRACE + "-" + calling.id + "-01"),
                        "tracestate", List.of("v=1"),
                        "X-Request-Id", List.of("mine")));
    }

    private static RequestSpecification given() {
        var alice = DemoBackend.USERS.get(0);
        return RestAssured.given().auth().preemptive().basic(alice.name(), alice.password());
    }

    private Span await(Predicate<Span> wanted) throws IOException {
        while (true) {
            Optional<Span> found = spans.stream().filter(wanted).findFirst();
            if (found.isPresent()) {
                return found.get();
            }
            var line = service.awaitErr(SPANS);
            var exported = new ObjectMapper().readTree(line.substring(line.indexOf("{\"resource\"")));
            exported.at("/scopeSpans").forEach(scope -> scope.path("spans").forEach(span -> spans.add(span(span))));
        }
    }

    private static Span span(JsonNode span) {
        var attributes = new HashMap<String, String>();
        for (var attribute : span.path("attributes")) {
            attributes.put(
                    attribute.path("key").asText(),
                    attribute.path("value").path("stringValue").asText());
        }
        return new Span(
                span.path("traceId").asText(),
                span.path("spanId").asText(),
                span.path("parentSpanId").asText(),
                span.path("kind").asText(),
                attributes);
    }
}
