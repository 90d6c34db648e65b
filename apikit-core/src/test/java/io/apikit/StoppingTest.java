package io.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.anEmptyMap;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.is;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.internal.health.Probes;
import io.apikit.internal.health.Readiness;
import io.apikit.internal.server.InFlightRequests;
import io.apikit.ops.Operations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

/** From the word that it stops to its end. The delay is waited for only where a test fails: an interruption ends it. */
@Timeout(60)
class StoppingTest {
    private static final Duration DELAY = Duration.ofSeconds(40);

    private final List<String> events = new CopyOnWriteArrayList<>();
    private final List<Thread> stoppers = new ArrayList<>();

    /** Or a test that fails would leave a JVM that is slow to stop. */
    @AfterEach
    void endAllDelays() {
        stoppers.forEach(Thread::interrupt);
    }

    /** Stops an app on a thread of its own. */
    private static final class Stopper extends Thread {
        private final ProbedApp probed;
        final CompletableFuture<Boolean> endedInterrupted = new CompletableFuture<>();

        Stopper(ProbedApp probed) {
            this.probed = probed;
        }

        @Override
        public void run() {
            probed.app().stop();
            endedInterrupted.complete(Thread.currentThread().isInterrupted());
        }
    }

    private ProbedApp served() {
        return ProbedApp.start(
                ProbedApp.builder()
                        .routes(() -> get("/served", ctx -> ctx.result("served")))
                        .closeOnStop(() -> events.add("closed"))
                        .javalin(config -> config.events.serverStopping(() -> events.add("stopping")))
                        .javalin(config -> config.events.serverStopped(() -> events.add("stopped"))),
                ops -> ProbedApp.defaultStopDelay(ops, DELAY));
    }

    private static Probes probes(Consumer<Operations> ops) {
        var settings = new OperationsSettings();
        ops.accept(settings);
        return settings.probes();
    }

    private Stopper stopping(ProbedApp probed) {
        var stopper = new Stopper(probed);
        stoppers.add(stopper);
        stopper.start();
        probed.askUntil(said -> said.startsWith("503 "));
        return stopper;
    }

    @Test
    void readinessReportsItFirstWhileAllElseIsServed() throws Exception {
        var probed = served();
        assertThat(probed.ready()).startsWith("200 ");
        var stopper = stopping(probed);
        probed.kept()
                .get(ProbedApp.READY)
                .then()
                .statusCode(503)
                .header("Connection", equalTo(null))
                .body("status", equalTo("stopping"))
                .body("checks", anEmptyMap())
                .body("reason", equalTo("Service Unavailable"))
                .body("status_code", is(503))
                .body("error_content", equalTo("stopping"));
        probed.given().get(ProbedApp.LIVE).then().statusCode(200).body("status", equalTo("up"));
        probed.kept().get("/served").then().statusCode(200).header("Connection", equalTo(null));
        assertThat(events).isEmpty();
        stopper.interrupt();
        assertThat(stopper.endedInterrupted.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(events).containsExactly("stopping", "stopped", "closed");
    }

    @Test
    void inTheSecondHalfOfTheDelayResponsesCloseTheConnection() throws Exception {
        var probed = served();
        probed.ready();
        var stopper = stopping(probed);
        probed.nanos().addAndGet(DELAY.toNanos() / 2 - 1);
        probed.kept().get("/served").then().statusCode(200).header("Connection", equalTo(null));
        probed.nanos().addAndGet(1);
        probed.kept().get("/served").then().statusCode(200).header("Connection", "close");
        probed.kept().get(ProbedApp.LIVE).then().statusCode(200).header("Connection", "close");
        stopper.interrupt();
        stopper.endedInterrupted.get(30, TimeUnit.SECONDS);
    }

    @Test
    void withoutAProbeTheDelayIsSkipped() {
        served().app().stop();
        assertThat(events).containsExactly("stopping", "stopped", "closed");
    }

    @Test
    void aProbeMoreThanAMinuteAgoDoesNotCount() {
        var nanos = new AtomicLong();
        var ops = new OperationsSettings().clock(nanos::get).defaultStopDelay(DELAY);
        var probes = ops.probes();
        var elsewhere = ops.probes();
        probes.ready();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos());
        assertThat(probes.stop()).isEqualTo(DELAY);
        assertThat(elsewhere.stop()).isEqualTo(Duration.ZERO);
        nanos.incrementAndGet();
        assertThat(probes.stop()).isEqualTo(Duration.ZERO);
    }

    @Test
    void aDelayThatWasSetIsKeptWhetherAnybodyAsksOrNot() {
        assertThat(probes(ops -> ops.stopDelay(DELAY)).stop()).isEqualTo(DELAY);
        assertThat(probes(ops -> ops.stopDelay(Duration.ZERO)).stop()).isEqualTo(Duration.ZERO);
        assertThat(probes(ops -> {}).stop()).isEqualTo(Duration.ZERO);
    }

    @Test
    void aLivenessProbeDoesNotCount() {
        var probed = served();
        probed.given().get(ProbedApp.LIVE).then().statusCode(200);
        probed.app().stop();
        assertThat(events).endsWith("closed");
    }

    @Test
    void everyThreadThatStopsItWaitsForTheDelayToo() throws Exception {
        var probed = served();
        probed.ready();
        var first = stopping(probed);
        var second = new Stopper(probed);
        second.start();
        // Its place to wait is a future, not the sleep of the first.
        while (second.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(events).isEmpty();
        first.interrupt();
        assertThat(second.endedInterrupted.get(30, TimeUnit.SECONDS)).isFalse();
        assertThat(events).containsExactly("stopping", "stopped", "closed");
    }

    /** One waits, one fails by that, and one is asynchronous. */
    @Test
    void cutOffStopIsNoError() throws Exception {
        var root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
        var seen = new ListAppender<ILoggingEvent>();
        var entered = new CountDownLatch(3);
        var probed = ProbedApp.start(
                ProbedApp.builder().routes(() -> {
                    get("/waiting", ctx -> {
                        entered.countDown();
                        new CountDownLatch(1).await();
                    });
                    get("/failing", ctx -> {
                        entered.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException e) {
                            throw new IllegalStateException("no result", e);
                        }
                    });
                    get("/asynchronous", ctx -> {
                        entered.countDown();
                        ctx.future(CompletableFuture::new);
                    });
                }),
                ops -> ops.stopDelay(Duration.ZERO).grace(Duration.ofMillis(50)));
        for (var path : List.of("/waiting", "/failing", "/asynchronous")) {
            var unused = CompletableFuture.supplyAsync(() -> probed.given().get(path), ProbedApp.THREADS);
        }
        entered.await();
        seen.list = new CopyOnWriteArrayList<>(); // It is read while the app logs.
        seen.start();
        root.addAppender(seen);
        try {
            probed.app().stop();
        } finally {
            root.detachAppender(seen);
        }

        assertThat(List.copyOf(seen.list))
                .filteredOn(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .isEmpty();
        assertThat(List.copyOf(seen.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .contains("requests that outlived the grace period of 50 ms were cut off");
    }

    @Test
    void anInterruptionDoesNotCutOffTheRequestsInFlight() throws Exception {
        var entered = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var probed = ProbedApp.start(
                ProbedApp.builder()
                        .routes(() -> get("/held", ctx -> {
                            entered.countDown();
                            gate.await();
                            ctx.result("whole");
                        })),
                ops -> ProbedApp.defaultStopDelay(ops, DELAY));
        probed.ready();
        var held = CompletableFuture.supplyAsync(() -> probed.given().get("/held"), ProbedApp.THREADS);
        entered.await();
        var stopper = stopping(probed);
        stopper.interrupt();
        var graceful = probed.app().jettyServer().server().getDescendant(InFlightRequests.class);
        while (!graceful.isShutdown()) {
            Thread.onSpinWait();
        }
        gate.countDown();
        var answer = held.get(30, TimeUnit.SECONDS);
        assertThat(answer.statusCode() + " " + answer.asString()).isEqualTo("200 whole");
        assertThat(stopper.endedInterrupted.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aProbeThatWaitsDuringAStopReportsStopping() throws Exception {
        var entered = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        var probes = probes(ops -> ops.checkTimeout(DELAY).check("slow", () -> {
            entered.countDown();
            gate.await();
            return true;
        }));
        var waiting = CompletableFuture.supplyAsync(probes::ready, ProbedApp.THREADS);
        entered.await();
        assertThat(probes.stop()).isEqualTo(Duration.ofSeconds(5));
        gate.countDown();
        assertThat(waiting.get(30, TimeUnit.SECONDS).status()).isEqualTo(Readiness.Status.STOPPING);
    }
}
