package io.apikit.example;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.example.demo.DemoBackend;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tests SIGTERM while the program is in use, as at every roll-out. */
@Tag("thorough")
@Timeout(120)
class StopUnderLoadTest {
    private static final int CLIENTS = 24;
    private static final int MORE_EACH = 5;
    private static final String READY = "/health/ready";
    private static final String LIVE = "/health/live";

    /** Responds at once, or holds a whole response and the second half of a stream until the gate opens. */
    private static final class Backend implements AutoCloseable {
        final CountDownLatch arrived = new CountDownLatch(1);
        final CountDownLatch gate = new CountDownLatch(1);
        private final Javalin server = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.startup.startupWatcherEnabled = false;
                    config.routes.get("/api", this::value).get("/NASA", this::stream);
                })
                .start("127.0.0.1", 0);

        private void value(Context ctx) throws InterruptedException {
            if ("slow".equals(ctx.queryParam("job"))) {
                arrived.countDown();
                gate.await();
            }
            ctx.result("value");
        }

        private void stream(Context ctx) throws IOException, InterruptedException {
            ctx.contentType("image/png");
            var out = ctx.res().getOutputStream();
            out.write('a');
            out.flush();
            gate.await();
            out.write('b');
        }

        String url() {
            return "http://127.0.0.1:" + server.port();
        }

        @Override
        public void close() {
            gate.countDown();
            server.stop();
        }
    }

    /**
     * Sends requests to an instance until a readiness probe fails. Each client sends a few more after that, as a real load
     * balancer with a delay does.
     */
    private static final class Balancer {
        private final String url;
        final CountDownLatch used = new CountDownLatch(CLIENTS);
        final CountDownLatch ready = new CountDownLatch(1);
        private volatile boolean isOut;

        Balancer(String url) {
            this.url = url;
        }

        /** Sends probes until one fails, and returns its response. */
        String probe() {
            return over(READY, prober -> {
                var response = prober.get(READY);
                while (response.status() == 200) {
                    ready.countDown();
                    response = prober.get(READY);
                }
                isOut = true;
                return response.status() + " " + response.body();
            });
        }

        /** Sends requests until the probe has failed and a few more. Each gets its value. Returns how many there were. */
        int client() {
            return over("a client", client -> {
                var sent = 0;
                for (int more = 0; more < MORE_EACH; more += isOut ? 1 : 0) {
                    var response = client.get(RunningDemo.VALUE);
                    assertThat(response.status() + " " + response.body())
                            .startsWith("200 ")
                            .contains("\"value\":\"value\"");
                    sent++;
                    used.countDown();
                }
                return sent;
            });
        }

        private <T> T over(String who, Exchange<T> exchange) {
            try (var connection = new KeepAliveConnection(url)) {
                return exchange.over(connection);
            } catch (IOException e) {
                throw new UncheckedIOException(who, e);
            }
        }
    }

    private interface Exchange<T> {
        T over(KeepAliveConnection connection) throws IOException;
    }

    private static <T> CompletableFuture<T> inBackground(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, run -> new Thread(run).start());
    }

    @Test
    void noRequestFailsWhileTheServiceStops() throws Exception {
        var delay = Duration.ofSeconds(3);
        var grace = Duration.ofSeconds(20);
        try (var backend = new Backend();
                var main = MainProcess.start(Map.of(
                        "PORT",
                        "0",
                        "BACKEND_URL",
                        backend.url(),
                        "NASA_URL",
                        backend.url(),
                        "STOP_DELAY",
                        "" + delay.toSeconds(),
                        "GRACE",
                        "" + grace.toSeconds()))) {
            var url = main.awaitUrl();
            var log = main.restOfErr();
            var slow = ConcurrentCalls.get(url + "/slow/coverage", DemoBackend.USERS.get(0));
            assertThat(backend.arrived.await(30, TimeUnit.SECONDS)).isTrue();
            var stream = URI.create(url + "/nasa/picture").toURL().openStream();
            assertThat(stream.read()).isEqualTo('a');
            var balancer = new Balancer(url);
            var clients = Stream.generate(() -> inBackground(balancer::client))
                    .limit(CLIENTS)
                    .toList();
            var probe = inBackground(balancer::probe);
            assertThat(balancer.ready.await(30, TimeUnit.SECONDS)).isTrue();
            assertThat(balancer.used.await(30, TimeUnit.SECONDS)).isTrue();

            var signalled = System.nanoTime();
            main.terminate();

            assertThat(probe.get(30, TimeUnit.SECONDS)).startsWith("503 {\"status\":\"stopping\",");
            assertServed(clients);
            assertClosesConnections(url);
            MainProcess.awaitRefusal(URI.create(url));
            assertThat(slow).isNotDone();
            backend.gate.countDown();
            assertThat(rest(stream)).isEqualTo("b");
            assertThat(slow.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            assertThat(slow.join().body()).contains("\"value\":\"value\"");
            assertThat(main.exitCode()).isEqualTo(143);
            assertThat(Duration.ofNanos(System.nanoTime() - signalled)).isLessThan(delay.plus(grace));
            assertThat(log.get(30, TimeUnit.SECONDS)).noneMatch(line -> line.contains("cut off"));
        }
    }

    private static void assertServed(List<CompletableFuture<Integer>> clients) throws Exception {
        for (var client : clients) {
            assertThat(client.get(30, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(MORE_EACH);
        }
    }

    /** Asserts that the service is alive as long as it listens, and closes its connections at the end. */
    private static void assertClosesConnections(String url) throws IOException {
        try (var prober = new KeepAliveConnection(url)) {
            var response = prober.get(LIVE);
            while (!response.isLast()) {
                assertThat(response.status()).isEqualTo(200);
                response = prober.get(LIVE);
            }
            assertThat(response.status()).isEqualTo(200);
        }
    }

    private static String rest(InputStream stream) throws IOException {
        try (stream) {
            return new String(stream.readAllBytes(), UTF_8);
        }
    }

    @Test
    void requestsAreCutOffAfterTheGraceWithoutADelay() throws Exception {
        try (var backend = new Backend();
                var main = MainProcess.start(Map.of("PORT", "0", "BACKEND_URL", backend.url(), "GRACE", "1"))) {
            var url = main.awaitUrl();
            var log = main.restOfErr();
            var slow = ConcurrentCalls.get(url + "/slow/coverage", DemoBackend.USERS.get(0));
            assertThat(backend.arrived.await(30, TimeUnit.SECONDS)).isTrue();
            main.terminate();
            assertThat(main.exitCode()).isEqualTo(143);
            assertThat(log.get(30, TimeUnit.SECONDS)).anyMatch(line -> line.contains("cut off"));
            assertThat(slow.handle((response, failure) -> failure != null || response.statusCode() != 200)
                            .get(30, TimeUnit.SECONDS))
                    .isTrue();
        }
    }
}
