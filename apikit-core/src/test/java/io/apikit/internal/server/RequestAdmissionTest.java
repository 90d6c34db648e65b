package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import io.apikit.LogLines;
import io.apikit.ProbedApp;
import io.apikit.Running;
import io.apikit.ops.ForwardedIdentity;
import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.VirtualThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;

/** What needs one of the turns of {@code maxConcurrentRequests}, and what does not. */
@Timeout(60)
class RequestAdmissionTest {
    private static final int AT_ONCE = 3;
    private static final String WAIT = "GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

    private final List<Socket> open = new ArrayList<>();
    private final CountDownLatch release = new CountDownLatch(1);
    private final Running running = Running.start(Running.builder()
            .operations(ops ->
                    ops.maxConcurrentRequests(AT_ONCE).stopDelay(Duration.ZERO).warnAfter(Duration.ofMillis(100)))
            .routes(() -> {
                get("/wait", ctx -> {
                    release.await();
                    ctx.result("response");
                });
                post("/body", ctx -> ctx.result("" + ctx.body().length()));
            }));

    @AfterEach
    void stop() throws IOException {
        release.countDown();
        for (var socket : open) {
            socket.close();
        }
        running.close();
    }

    private void waiting(int requests) throws IOException {
        for (var i = 0; i < requests; i++) {
            var socket = DrippingClient.from("127.0.0." + (2 + i % 100), running);
            open.add(socket);
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(WAIT.getBytes(ISO_8859_1));
        }
        var inFlight = running.app().jettyServer().server().getDescendant(InFlightRequests.class);
        while (inFlight.count() < open.size()) {
            assertThat(Thread.currentThread().isInterrupted()).as("out of time").isFalse();
            Thread.onSpinWait();
        }
    }

    private void assertServed(Socket socket, String end) throws IOException {
        assertThat(new String(socket.getInputStream().readAllBytes(), ISO_8859_1))
                .startsWith("HTTP/1.1 200 ")
                .endsWith("\r\n\r\n" + end);
    }

    @Test
    void probesDoNotWaitForOneThousandRequests() throws IOException {
        waiting(AT_ONCE + 1_000);

        for (var path : List.of(ProbedApp.LIVE, ProbedApp.READY, "/")) {
            try (var socket = DrippingClient.of(running)) {
                socket.setSoTimeout(1_000);
                socket.getOutputStream()
                        .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                                .getBytes(ISO_8859_1));
                assertThat(socket.getInputStream().readAllBytes()).asString().startsWith("HTTP/1.1 200 ");
            }
        }
        release.countDown();
        for (var socket : open) {
            assertServed(socket, "response");
        }
    }

    @Test
    void uploadNeedsNoSecondTurn() throws IOException {
        waiting(AT_ONCE - 1);
        upload(running);
    }

    /** So often that bytes come in the moment in which the service is about to wait for them. */
    private void upload(Running service) throws IOException {
        for (var times = 0; times < 200; times++) {
            try (var socket = DrippingClient.of(service)) {
                socket.setSoTimeout(10_000);
                var out = socket.getOutputStream();
                out.write("POST /body HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 400000\r\n\r\n"
                        .getBytes(ISO_8859_1));
                out.write(new byte[400_000]);
                assertServed(socket, "400000");
            }
        }
    }

    @Test
    void uploadNeedsNoSecondTurnOfThreadsOfTheAuthor() throws IOException {
        assumeTrue(VirtualThreads.areSupported());
        var threads = new QueuedThreadPool();
        threads.setVirtualThreadsExecutor(new VirtualThreadPool(1));
        var builder = Running.builder()
                .javalin(config -> config.jetty.threadPool = threads)
                .routes(() -> post("/body", ctx -> ctx.result("" + ctx.body().length())));
        try (var service = Running.start(builder)) {
            upload(service);
        }
    }

    /** Such as a long poll: it is silent for longer than the idle time of its connection, before its turn and after it. */
    @Test
    void requestThatHasWaitedMayBeSilentAsLongAsAnyOther() throws Exception {
        // The common pool may have one thread only.
        Executor ownThread = task -> new Thread(task).start();
        var turn = new CountDownLatch(1);
        var builder = Running.builder()
                .operations(ops -> ops.maxConcurrentRequests(1).stopDelay(Duration.ZERO))
                .javalin(config -> config.jetty.addConnector((server, http) -> {
                    var connector = new ServerConnector(server, new HttpConnectionFactory(http));
                    connector.setHost("127.0.0.1");
                    connector.setIdleTimeout(300);
                    return connector;
                }))
                .routes(() -> {
                    get("/first", ctx -> turn.await());
                    get(
                            "/poll",
                            ctx -> ctx.future(() -> CompletableFuture.runAsync(
                                    () -> ctx.result("news"),
                                    CompletableFuture.delayedExecutor(700, TimeUnit.MILLISECONDS))));
                });
        try (var service = Running.start(builder)) {
            var inFlight = service.app().jettyServer().server().getDescendant(InFlightRequests.class);
            var first = CompletableFuture.supplyAsync(() -> ask(service, "/first"), ownThread);
            awaitCount(inFlight, 1);
            var poll = CompletableFuture.supplyAsync(() -> ask(service, "/poll"), ownThread);
            awaitCount(inFlight, 2);
            TimeUnit.MILLISECONDS.sleep(400);
            turn.countDown();

            assertThat(first.get(10, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ");
            assertThat(poll.get(10, TimeUnit.SECONDS))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("news");
        }
    }

    private static String ask(Running service, String path) {
        try {
            return service.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static void awaitCount(InFlightRequests inFlight, int count) {
        var begun = System.nanoTime();
        while (inFlight.count() < count) {
            assertThat(System.nanoTime() - begun).as("out of time").isLessThan(10_000_000_000L);
            Thread.onSpinWait();
        }
    }

    @Test
    void waitingRequestIsNamedInTheLog() throws Exception {
        try (var log = LogLines.of(OverdueRequests.class.getName(), Level.WARN)) {
            waiting(AT_ONCE + 1);

            var texts = log.next().getFormattedMessage() + log.next().getFormattedMessage();
            assertThat(texts).contains("others run").contains("its handler blocks");
        }
    }

    @Test
    void theLogNamesTheCallerOfARequestThatHasWaited() throws Exception {
        var entered = new CountDownLatch(1);
        var builder = Running.builder()
                .operations(ops -> ops.maxConcurrentRequests(1)
                        .warnAfter(Duration.ofMillis(100))
                        .trustedProxies("127.0.0.0/8"))
                .routes(() -> {
                    get("/held", ctx -> {
                        entered.countDown();
                        release.await();
                    });
                    get("/who", ctx -> ctx.result("by " + MDC.get(ForwardedIdentity.MDC_KEY)));
                });
        try (var log = LogLines.of(OverdueRequests.class.getName(), Level.WARN);
                var service = Running.start(builder)) {
            var held = CompletableFuture.supplyAsync(() -> service.given().get("/held"), ProbedApp.THREADS);
            entered.await();
            var who = CompletableFuture.supplyAsync(
                    () -> service.given()
                            .header("X-Forwarded-User", "ada")
                            .get("/who")
                            .asString(),
                    ProbedApp.THREADS);
            while (!log.next().getFormattedMessage().contains("others run")) {
                Thread.onSpinWait();
            }
            release.countDown();

            assertThat(who.get()).isEqualTo("by ada");
            held.get();
        }
    }
}
