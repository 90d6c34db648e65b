package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.internal.server.InFlightRequests;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LifecycleTest {
    private final List<String> closed = new CopyOnWriteArrayList<>();

    /** An auth mode that can be closed, as a backend can. */
    private record ClosingMode(List<String> closed) implements AuthMode, AutoCloseable {
        @Override
        public String name() {
            return "closing";
        }

        @Override
        public void close() {
            closed.add("auth");
        }
    }

    private static final class Gate {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch open = new CountDownLatch(1);

        void pass() throws InterruptedException {
            entered.countDown();
            open.await();
        }
    }

    private static CompletableFuture<Void> async(Runnable task) {
        return CompletableFuture.runAsync(task, runnable -> new Thread(runnable).start());
    }

    private static CompletableFuture<String> inBackground(Running running, String path) {
        var answer = new CompletableFuture<String>();
        new Thread(() -> {
                    try {
                        answer.complete(running.raw("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n"));
                    } catch (IOException e) {
                        answer.completeExceptionally(e);
                    }
                })
                .start();
        return answer;
    }

    private static void awaitDraining(Running running) {
        var graceful = running.app().jettyServer().server().getDescendant(InFlightRequests.class);
        while (!graceful.isShutdown()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void stopLetsRequestsInFlightFinishThenClosesTheResources() throws Exception {
        var gate = new Gate();
        var running = Running.start(Running.builder()
                .auth(new ClosingMode(closed))
                .routes(() -> get("/held", ctx -> {
                    gate.pass();
                    ctx.result("closed so far: " + closed);
                })));
        var held = inBackground(running, "/held");
        gate.entered.await();
        var stopped = async(running::close);
        awaitDraining(running);
        gate.open.countDown();
        assertThat(held.get(20, TimeUnit.SECONDS))
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("\r\nConnection: close\r\n")
                .endsWith("closed so far: []");
        stopped.get(20, TimeUnit.SECONDS);
        assertThat(closed).containsExactly("auth");
    }

    @Test
    void anIdleConnectionIsClosedFirstAndARequestThatIsSilentForLongerStillFinishes() throws Exception {
        var gate = new Gate();
        var running = Running.routes(() -> get("/held", ctx -> {
            gate.pass();
            ctx.result("whole");
        }));
        try (var idle =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            idle.setSoTimeout(10_000);
            idle.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1));
            readUntil(idle, "\r\n\r\nOK");
            var held = inBackground(running, "/held");
            gate.entered.await();
            var stopped = async(running::close);
            // Its end says that whatever is closed for its silence has been closed by now.
            assertThat(idle.getInputStream().read()).isNegative();
            gate.open.countDown();
            assertThat(held.get(20, TimeUnit.SECONDS))
                    .startsWith("HTTP/1.1 200 ")
                    .endsWith("whole");
            stopped.get(20, TimeUnit.SECONDS);
        }
    }

    /** Their clients could not know better. */
    @Test
    void newRequestsOnAKeptConnectionAreServedWhileItStops() throws Exception {
        var served = sentWhileStopping();
        // On a busy machine the request may come after the quarter of a second that a silent connection has.
        for (int tries = 1; served.isEmpty() && tries < 20; tries++) {
            served = sentWhileStopping();
        }

        assertThat(served)
                .startsWith("HTTP/1.1 200 ")
                .containsIgnoringCase("\r\nConnection: close\r\n")
                .endsWith("\r\n\r\nOK");
    }

    /** Returns the response to a second request on a connection; empty if the connection was closed before. */
    private static String sentWhileStopping() throws Exception {
        var gate = new Gate();
        var running = Running.routes(() -> get("/held", ctx -> gate.pass()));
        try (var kept =
                new Socket(InetAddress.getLoopbackAddress(), running.app().port())) {
            var request = "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(ISO_8859_1);
            kept.getOutputStream().write(request);
            assertThat(readUntil(kept, "\r\n\r\nOK")).startsWith("HTTP/1.1 200 ");
            var held = inBackground(running, "/held");
            gate.entered.await();
            var stopped = async(running::close);
            awaitDraining(running);
            var served = sent(kept, request);
            gate.open.countDown();
            assertThat(held.get(20, TimeUnit.SECONDS)).startsWith("HTTP/1.1 200 ");
            stopped.get(20, TimeUnit.SECONDS);
            return served;
        }
    }

    private static String sent(Socket kept, byte[] request) {
        try {
            kept.getOutputStream().write(request);
            return new String(kept.getInputStream().readAllBytes(), ISO_8859_1);
        } catch (IOException closed) {
            return "";
        }
    }

    private static String readUntil(Socket socket, String end) throws IOException {
        var read = new StringBuilder();
        while (!read.toString().endsWith(end)) {
            var next = socket.getInputStream().read();
            assertThat(next).as("end of stream after: %s", read).isNotNegative();
            read.append((char) next);
        }
        return read.toString();
    }

    @Test
    void aRequestThatOutlivesTheGraceIsCutOff() throws Exception {
        var gate = new Gate();
        var running = Running.start(Running.builder()
                .auth(new ClosingMode(closed))
                .operations(ops -> ops.grace(Duration.ofMillis(1)))
                .routes(() -> get("/held", ctx -> gate.pass())));
        var held = inBackground(running, "/held");
        gate.entered.await();
        running.close();
        assertThat(closed).containsExactly("auth");
        assertThat(held.handle((answer, failure) -> failure == null ? answer : "")
                        .get(20, TimeUnit.SECONDS))
                .doesNotContain("200");
        gate.open.countDown();
    }

    @Test
    void everyThreadThatStopsItWaitsUntilItHasStopped() throws Exception {
        var gate = new Gate();
        var running = Running.start(
                Running.builder().closeOnStop(() -> closed.add("one")).routes(() -> get("/held", ctx -> gate.pass())));
        var held = inBackground(running, "/held");
        gate.entered.await();
        var first = async(running::close);
        awaitDraining(running);
        var second = async(() -> {
            running.close();
            assertThat(closed).containsExactly("one");
        });
        gate.open.countDown();
        CompletableFuture.allOf(first, second, held).get(20, TimeUnit.SECONDS);
    }

    @Test
    void resourcesAreClosedOnceEachTheLastGivenFirstWhateverTheyThrow() {
        var mode = new ClosingMode(closed);
        AutoCloseable failing = () -> {
            closed.add("failing");
            throw new IOException("cannot");
        };
        var app = Running.builder()
                .closeOnStop(mode, () -> closed.add("first"), failing)
                .closeOnStop(failing, () -> closed.add("last"))
                .auth(mode)
                .build()
                .start("127.0.0.1", 0);
        app.stop().stop();
        assertThat(closed).containsExactly("last", "failing", "first", "auth");
    }

    /** A backend uses the store that it shares with others until it is closed. */
    @Test
    void modeIsClosedBeforeWhatItMayUse() {
        var app = Running.builder()
                .auth(new ClosingMode(closed))
                .closeOnStop(() -> closed.add("store"))
                .build()
                .start("127.0.0.1", 0);
        app.stop();
        assertThat(closed).containsExactly("auth", "store");
    }

    @Test
    void anAppThatCannotStartClosesItsResources() {
        try (var running = Running.start(Running.builder())) {
            var app = Running.builder().auth(new ClosingMode(closed)).build();
            var port = running.app().port();
            assertThatThrownBy(() -> app.start("127.0.0.1", port)).isInstanceOf(JavalinBindException.class);
            assertThat(closed).containsExactly("auth");
            assertThatThrownBy(() -> app.start("127.0.0.1", 0)).isInstanceOf(JavalinException.class);
        }
    }

    @Test
    void anAppThatFailsToComeUpIsStopped() {
        var app = Running.builder()
                .auth(new ClosingMode(closed))
                .javalin(config -> config.events.serverStarted(() -> {
                    throw new IllegalStateException("not today");
                }))
                .build();
        assertThatThrownBy(() -> app.start("127.0.0.1", 0)).hasMessage("not today");
        assertThat(closed).containsExactly("auth");
        assertThat(app.jettyServer().server().isStopped()).isTrue();
    }

    @Test
    void anAppThatIsStoppedWhileItStartsDoesNotListen() {
        var held = new ApiApp[1];
        held[0] = Running.builder()
                .auth(new ClosingMode(closed))
                .javalin(config -> config.events.serverStarting(() -> held[0].stop()))
                .build();
        assertThatThrownBy(() -> held[0].start("127.0.0.1", 0))
                .isInstanceOf(JavalinException.class)
                .hasMessageContaining("stopped while it started");
        assertThat(held[0].jettyServer().server().isStopped()).isTrue();
        assertThat(closed).containsExactly("auth");
    }

    @Test
    void anAppThatWasNeverStartedClosesItsResourcesToo() {
        var app = Running.builder().auth(new ClosingMode(closed)).build();
        app.stop();
        assertThat(closed).containsExactly("auth");
        assertThatThrownBy(app::start).isInstanceOf(JavalinException.class).hasMessageContaining("stopped");
    }

    @Test
    void aSecondStartThrowsAndTheAppRunsOn() {
        var app = Running.builder().auth(new ClosingMode(closed)).build();
        try (var running = new Running(app.start("127.0.0.1", 0))) {
            assertThatThrownBy(app::start).isInstanceOf(JavalinException.class).hasMessageContaining("once");
            assertThatThrownBy(() -> app.start(0)).isInstanceOf(JavalinException.class);
            assertThatThrownBy(() -> app.start("127.0.0.1", 0)).isInstanceOf(JavalinException.class);
            assertThat(closed).isEmpty();
            running.given().get("/").then().statusCode(200);
        }
    }

    @Test
    void stoppingFromAnEventDoesNotWaitForItself() {
        var held = new ApiApp[1];
        held[0] = Running.builder()
                .javalin(config -> config.events.serverStopping(() -> held[0].stop()))
                .build()
                .start("127.0.0.1", 0);
        held[0].stop();
        assertThat(held[0].jettyServer().server().isStopped()).isTrue();
    }

    @Test
    void theStaticMethodsOfJavalinAreNotOurs() {
        assertThatThrownBy(ApiApp::create).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ApiApp.create(config -> {})).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ApiApp.start(config -> {})).isInstanceOf(UnsupportedOperationException.class);
    }
}
