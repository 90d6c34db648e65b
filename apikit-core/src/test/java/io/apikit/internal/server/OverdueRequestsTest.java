package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.apikit.LogLines;
import io.apikit.Running;
import io.javalin.apibuilder.EndpointGroup;
import io.javalin.http.Context;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The report of requests that run for long. MistakesTest has a handler that blocks. */
@Timeout(60)
class OverdueRequestsTest {
    /** Enough for a request to get to its handler on a busy machine: each route is reported once, wherever it is. */
    private static final Duration SOON = Duration.ofSeconds(2);

    private static final String LOGGER = OverdueRequests.class.getName();

    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    private static Running start(EndpointGroup routes) {
        return Running.start(
                Running.builder().operations(ops -> ops.warnAfter(SOON)).routes(routes));
    }

    private static CompletableFuture<Response> ask(Running running, String path) {
        return CompletableFuture.supplyAsync(
                () -> running.given().get(path), task -> new Thread(task, "caller").start());
    }

    private void await(Context ctx) throws InterruptedException {
        ctx.result(String.valueOf(release.await(30, TimeUnit.SECONDS)));
    }

    @Test
    void futureThatDoesNotCompleteIsReportedWithoutAThread() throws Exception {
        var future = new CompletableFuture<Void>();
        try (var log = LogLines.of(LOGGER, Level.WARN);
                var running = start(() -> get("/future", ctx -> ctx.future(() -> future)))) {
            var call = ask(running, "/future");

            var line = log.next();
            assertThat(line.getFormattedMessage())
                    .contains("GET /future", "no thread serves it: its future has not completed");
            assertThat(line.getThrowableProxy()).isNull();

            future.complete(null);
            assertThat(call.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void responseThatHasBegunIsNotReported() throws Exception {
        try (var log = LogLines.of(LOGGER, Level.WARN);
                var running = start(() -> {
                    get("/stream", this::stream);
                    get("/stuck", this::await);
                })) {
            var stream = ask(running, "/stream");
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            var stuck = ask(running, "/stuck");

            // The checks that find this one meet the stream too, which is as old.
            assertThat(log.next().getFormattedMessage()).contains("GET /stuck");
            release.countDown();
            stuck.get(20, TimeUnit.SECONDS);
            assertThat(stream.get(20, TimeUnit.SECONDS).asString()).isEqualTo("event");
            log.assertNoMore();
        }
    }

    @Test
    void uploadThatStillArrivesIsNotReported() throws Exception {
        try (var log = LogLines.of(LOGGER, Level.WARN);
                var running = start(() -> {
                    post("/upload", this::upload);
                    get("/stuck", this::await);
                });
                var client = new Socket(
                        InetAddress.getLoopbackAddress(), running.app().port())) {
            var out = client.getOutputStream();
            out.write("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n"
                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            var stuck = ask(running, "/stuck");

            // The checks that find this one meet the upload too, which is older.
            var line = CompletableFuture.supplyAsync(() -> next(log));
            for (int sent = 0; sent < 900 && !hasCome(line); sent++) {
                out.write('x');
            }
            assertThat(line.get().getFormattedMessage()).contains("GET /stuck");
            release.countDown();
            stuck.get(20, TimeUnit.SECONDS);
            log.assertNoMore();
        }
    }

    private void upload(Context ctx) throws IOException {
        begun.countDown();
        ctx.result("" + ctx.bodyInputStream().readAllBytes().length);
    }

    private static ILoggingEvent next(LogLines log) {
        try {
            return log.next();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean hasCome(CompletableFuture<ILoggingEvent> line) throws Exception {
        try {
            line.get(50, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException ignored) {
            return false;
        }
    }

    private void stream(Context ctx) throws IOException, InterruptedException {
        ctx.outputStream().write('e');
        ctx.res().flushBuffer();
        begun.countDown();
        assertThat(release.await(30, TimeUnit.SECONDS)).isTrue();
        ctx.outputStream().write("vent".getBytes(StandardCharsets.US_ASCII));
    }
}
