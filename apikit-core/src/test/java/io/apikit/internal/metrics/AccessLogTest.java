package io.apikit.internal.metrics;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.apikit.LogLines;
import io.apikit.Running;
import io.apikit.ops.AccessLog;
import io.apikit.ops.ForwardedIdentity;
import io.apikit.ops.RequestId;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** The line that each request has in the access log. */
@Timeout(60)
class AccessLogTest {
    private final LogLines lines = LogLines.of(AccessLog.LOGGER, Level.INFO);
    private final CompletableFuture<String> later = new CompletableFuture<>();
    private final CountDownLatch waiting = new CountDownLatch(1);
    private final Running running = Running.start(Running.builder()
            .operations(ops -> ops.trustedProxies("127.0.0.2"))
            .routePrefixes("/", "/svc")
            .routes(() -> {
                get("/jobs/{name}", ctx -> ctx.result("done"));
                get("/fails", ctx -> {
                    throw new IllegalStateException("canary");
                });
                get("/breaks", AccessLogTest::breakOff);
                get("/endless", AccessLogTest::writeOn);
                get("/quiet", AccessLog.quiet(ctx -> ctx.result("hush")));
                get("/later", ctx -> {
                    ctx.future(() -> later.thenAccept(ctx::result));
                    waiting.countDown();
                });
                get("/now", this::completeTheOther);
            }));

    @AfterEach
    void close() {
        running.close();
        lines.close();
    }

    private static void breakOff(Context ctx) throws Exception {
        ctx.res().getOutputStream().write(new byte[100]);
        ctx.res().flushBuffer();
        throw new IllegalStateException("in the middle");
    }

    private static void writeOn(Context ctx) throws Exception {
        while (true) {
            ctx.outputStream().write(new byte[10_000]);
        }
    }

    /** Serves the other request on this thread, and logs its line. */
    private void completeTheOther(Context ctx) throws InterruptedException {
        var other = LogLines.of(AccessLog.LOGGER, Level.INFO);
        try (other) {
            later.complete("at last");
            ctx.result(other.next().getMDCPropertyMap().get(RequestId.MDC_KEY) + " " + MDC.get(RequestId.MDC_KEY));
        }
    }

    @Test
    void aLineHasTheRouteButNotThePath() throws Exception {
        running.given()
                .auth()
                .preemptive()
                .basic("alice", "canary")
                .header("X-Request-Id", "mine")
                .get("/svc/jobs/nightly-canary?token=canary")
                .then()
                .statusCode(200);
        var line = lines.next();
        assertThat(line.getLevel()).isEqualTo(Level.INFO);
        assertThat(line.getLoggerName()).isEqualTo("io.apikit.access");
        assertThat(LogLines.fields(line))
                .containsOnlyKeys("method", "route", "status", "ms", "bytes", "caller")
                .contains(
                        entry("method", "GET"),
                        entry("route", "/svc/jobs/{name}"),
                        entry("status", 200),
                        entry("bytes", 4L))
                .hasEntrySatisfying("ms", ms -> assertThat((Double) ms).isPositive())
                .hasEntrySatisfying(
                        "caller", caller -> assertThat(caller.toString()).matches("[0-9a-f]{16}"));
        assertThat(line.getFormattedMessage())
                .startsWith("GET /svc/jobs/{name} 200, ")
                .doesNotContain("canary", "alice", "token");
        assertThat(line.getMDCPropertyMap()).isEqualTo(Map.of("request_id", "mine"));
        lines.assertNoMore();
    }

    @Test
    void aCallersKeyIgnoresThePassword() throws Exception {
        assertThat(keyOf("alice", "one")).isEqualTo(keyOf("alice", "other")).isNotEqualTo(keyOf("bob", "one"));
    }

    private Object keyOf(String user, String password) throws InterruptedException {
        running.given().auth().preemptive().basic(user, password).get("/jobs/a");
        return String.valueOf(lines.nextFields().get("caller"));
    }

    @Test
    void aForwardedNameIsNotInTheLine() throws Exception {
        running.rawFrom(
                "127.0.0.2", "GET /jobs/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Forwarded-User: alice\r\n\r\n");
        var line = lines.next();
        assertThat(line.getMDCPropertyMap()).doesNotContainKey(ForwardedIdentity.MDC_KEY);
        assertThat(line.getFormattedMessage()).contains(" 200, ").doesNotContain("alice");
        assertThat(LogLines.fields(line).toString()).doesNotContain("alice");
    }

    @Test
    void aLineHasTheMdcOfItsOwnRequest() throws Exception {
        var first = CompletableFuture.supplyAsync(() ->
                running.given().header("X-Request-Id", "first").get("/later").asString());
        assertThat(waiting.await(20, TimeUnit.SECONDS)).isTrue();
        var second = running.given()
                .header("X-Request-Id", "second")
                .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        assertThat(second.get("/now").asString()).isEqualTo("first second");
        assertThat(first.get(20, TimeUnit.SECONDS)).isEqualTo("at last");
        assertThat(lines.next().getMDCPropertyMap()).isEqualTo(Map.of("request_id", "first"));
        assertThat(id(lines.next())).isEqualTo("second");
    }

    private static String id(ILoggingEvent line) {
        return String.valueOf(line.getMDCPropertyMap().get(RequestId.MDC_KEY));
    }

    @Test
    void lineAndResponseHaveTheSameId() throws Exception {
        for (var path : List.of("/jobs/a", "/fails", "/nowhere")) {
            var id = running.given().get(path).header("X-Request-Id");
            assertThat(id(lines.next())).as(path).isEqualTo(id);
        }
    }

    @Test
    void theTraceIsInTheLine() throws Exception {
        var trace = "0af7651916cd43dd8448eb211c80319c";
        running.given()
                .header("traceparent", "00-" + trace + "-b7ad6b7169203331-01")
                .get("/jobs/a");
        assertThat(lines.next().getMDCPropertyMap()).containsEntry("trace_id", trace);
    }

    @Test
    void aFailureIsLoggedToo() throws Exception {
        running.given().get("/fails").then().statusCode(500);
        assertThat(lines.nextFields()).contains(entry("route", "/fails"), entry("status", 500));
    }

    @Test
    void aBrokenOffResponseIsMarked() throws Exception {
        running.raw("GET /breaks HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        var line = lines.next();
        assertThat(LogLines.fields(line)).contains(entry("route", "/breaks"), entry("broken_off", true));
        assertThat(line.getFormattedMessage()).endsWith(", broken off");
    }

    @Test
    void aResponseWhoseClientLeftIsMarked() throws Exception {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            socket.getOutputStream().write("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n".getBytes(US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
        }
        assertThat(lines.nextFields()).contains(entry("route", "/endless"), entry("broken_off", true));
    }

    @Test
    void aRequestWithoutARouteShowsNoPath() throws Exception {
        running.given().get("/canary/canary/canary").then().statusCode(404);
        var line = lines.next();
        assertThat(LogLines.fields(line)).contains(entry("route", "-"), entry("status", 404));
        assertThat(line.getFormattedMessage()).startsWith("GET - 404, ");
    }

    @Test
    void anUnknownMethodIsCut() throws Exception {
        running.raw("C" + "ANARY".repeat(100) + " /jobs/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assertThat(lines.next().getFormattedMessage()).hasSizeLessThan(100).contains(" - ");
        running.raw("MAD~E\u0007UP /jobs/a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
        assertThat(lines.next().getFormattedMessage()).doesNotContainPattern("\\p{Cntrl}");
        lines.assertNoMore();
    }

    @Test
    void aRequestThatTheServerRejectsIsLogged() throws Exception {
        var answer = running.raw("GET /jobs/a HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\nHost: h\r\n\r\n");
        var line = lines.next();
        assertThat(answer).startsWith("HTTP/1.1 400 ").contains("X-Request-Id: " + id(line));
        assertThat(LogLines.fields(line)).contains(entry("route", "-"), entry("status", 400));
    }

    @Test
    void probesAndQuietRoutesAreNotLoggedAtInfo() throws Exception {
        running.given().get("/").then().statusCode(200);
        running.given().head("/").then().statusCode(200);
        running.given().get("/quiet").then().statusCode(200);
        running.given().get("/jobs/a").then().statusCode(200);
        assertThat(lines.nextFields()).containsEntry("route", "/jobs/{name}");
    }

    @Test
    void probesAndQuietRoutesAreLoggedAtDebug() throws Exception {
        try (var debug = LogLines.of(AccessLog.LOGGER, Level.DEBUG)) {
            for (var path : List.of("/", "/quiet")) {
                running.given().get(path).then().statusCode(200);
                var line = debug.next();
                assertThat(line.getLevel()).isEqualTo(Level.DEBUG);
                assertThat(LogLines.fields(line)).containsEntry("route", path);
            }
        }
    }

    @Test
    void itCanBeSwitchedOff() throws Exception {
        var off = Running.builder().operations(ops -> ops.accessLog(false)).routes(() -> get("/x", ctx -> {}));
        try (var silent = Running.start(off)) {
            silent.given().get("/x").then().statusCode(200);
        }
        // Once the app has stopped, every line is logged.
        lines.assertNoMore();
    }
}
