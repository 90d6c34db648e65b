package io.apikit.internal.metrics;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.Running;
import io.apikit.Scrapes;
import io.apikit.ops.Limits;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The number of metrics, and the heap, depend on the routes of the app and not on values that callers invent. */
@Tag("thorough")
class BoundedLabelsTest {
    private static final int PATHS = 100_000;
    private static final int UNKNOWN = 10_000;

    private ExecutorService threads;
    private Running running;

    @BeforeEach
    void start() {
        threads = Executors.newCachedThreadPool();
        running = Running.start(Running.builder()
                .operations(ops -> ops.accessLog(false).limits(Limits::anyRate))
                .routes(() -> {
                    get("/jobs/{job}/{metric}", ctx -> ctx.result("x"));
                    get("/status/{status}", ctx -> ctx.status(Integer.parseInt(ctx.pathParam("status"))));
                }));
    }

    @AfterEach
    void stop() {
        running.close();
        threads.shutdownNow();
    }

    @Test
    void manyPathsAreTwoSeriesAndAFlatHeap() throws Exception {
        send(1_000, i -> "GET /warm/up" + i);
        send(1_000, i -> "GET /jobs/warm/up" + i);
        var before = usedAfterCollection();

        var known = threads.submit(() -> send(PATHS - UNKNOWN, i -> "GET /jobs/job" + i + "/" + i + "?id=" + i));
        send(UNKNOWN, i -> "GET /" + i + "/made/up");
        known.get(120, TimeUnit.SECONDS);

        assertThat(usedAfterCollection() - before).isLessThan(8L << 20);
        assertThat(countsOnce(PATHS + 2_000))
                .containsExactlyInAnyOrder(
                        count("GET", "CLIENT_ERROR", "404", "UNMATCHED", UNKNOWN + 1_000),
                        count("GET", "SUCCESS", "200", "/jobs/{job}/{metric}", PATHS - UNKNOWN + 1_000));
    }

    @Test
    void inventedMethodsAndStatusesShareALabel() throws Exception {
        send(500, i -> "MADEUP" + i + " /jobs/a/b");
        send(400, i -> "GET /status/" + (600 + i));
        send(1, i -> "GET /status/418");
        send(1, i -> "GET /status/499");
        send(1, i -> "GET /status/469");

        assertThat(countsOnce(903))
                .contains(
                        count("GET", "UNKNOWN", "OTHER", "/status/{status}", 401),
                        count("GET", "CLIENT_ERROR", "418", "/status/{status}", 1),
                        count("GET", "CLIENT_ERROR", "499", "/status/{status}", 1))
                .filteredOn(line -> line.contains("OTHER\",outcome"))
                .hasSize(1)
                .allMatch(line -> line.endsWith(" 500"));
    }

    @Test
    void unreadableRequestsHaveNoLabelOfTheirOwn() throws Exception {
        running.raw("G\u0001T / HTTP/1.1\r\nHost: x\r\n\r\n");
        running.raw("GET /a HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");

        assertThat(countsOnce(2)).allMatch(line -> line.contains("status=\"400\",uri=\"UNMATCHED\""));
    }

    /** Waits until this many requests are counted, and returns the counts without those of the metrics themselves. */
    private List<String> countsOnce(int requests) {
        return counts(Scrapes.until(running, text -> total(text) == requests));
    }

    private static long total(String text) {
        return counts(text).stream()
                .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static List<String> counts(String text) {
        return text.lines()
                .filter(line -> line.startsWith("http_server_requests_seconds_count"))
                .filter(line -> !line.contains("uri=\"/metrics\""))
                .toList();
    }

    private static String count(String method, String outcome, String status, String uri, int count) {
        return "http_server_requests_seconds_count{method=\"" + method + "\",outcome=\"" + outcome + "\",status=\""
                + status + "\",uri=\"" + uri + "\"} " + count;
    }

    /** Sends all requests on one connection, without waiting for responses. */
    private int send(int count, IntFunction<String> line) throws Exception {
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            socket.setSoTimeout(30_000);
            var written = threads.submit(() -> write(socket, count, line));
            var responses = responses(socket);
            assertThat(written.get(120, TimeUnit.SECONDS)).isTrue();
            assertThat(responses).isEqualTo(count);
            return responses;
        }
    }

    private static boolean write(Socket socket, int count, IntFunction<String> line) throws IOException {
        var out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
        for (int i = 0; i < count; i++) {
            var last = i == count - 1 ? "Connection: close\r\n" : "";
            out.write((line.apply(i) + " HTTP/1.1\r\nHost: x\r\n" + last + "\r\n").getBytes(US_ASCII));
        }
        out.flush();
        return true;
    }

    /** Counts the responses and keeps none. */
    private static int responses(Socket socket) throws IOException {
        var reader = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
        return (int) reader.lines().filter(line -> line.contains("HTTP/1.1 ")).count();
    }

    private static long usedAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
