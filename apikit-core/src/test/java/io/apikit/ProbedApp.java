package io.apikit;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ops.Operations;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** An app at a free port whose probes live on a clock of the test's own, and ways to ask them. */
public record ProbedApp(ApiApp app, AtomicLong nanos) implements AutoCloseable {
    public static final String READY = "/health/ready";
    public static final String LIVE = "/health/live";
    public static final Executor THREADS = task -> new Thread(task).start();

    public static ApiApp.Builder builder() {
        return ApiApp.builder(ServiceMetadata.builder()
                .name("uservice-test")
                .version("0.0.1")
                .repository("https://example.org/uservice-test")
                .description("A test service")
                .build());
    }

    /** Settings of no app. */
    public static Operations settings() {
        return new OperationsSettings();
    }

    /** Replaces the delay that is skipped if no probe has asked. */
    static Operations defaultStopDelay(Operations ops, Duration delay) {
        return ((OperationsSettings) ops).defaultStopDelay(delay);
    }

    public static ProbedApp with(Consumer<Operations> ops) {
        return start(builder(), ops);
    }

    public static ProbedApp start(ApiApp.Builder builder, Consumer<Operations> ops) {
        var nanos = new AtomicLong();
        builder.operations(operations -> ops.accept(((OperationsSettings) operations).clock(nanos::get)));
        return new ProbedApp(builder.build().start("127.0.0.1", 0), nanos);
    }

    public RequestSpecification given() {
        return kept().header("Connection", "close");
    }

    /** On a connection that may be used again. */
    public RequestSpecification kept() {
        return RestAssured.given().baseUri("http://127.0.0.1").port(app.port());
    }

    /** Status and body. */
    public String ready() {
        var answer = given().get(READY);
        return answer.statusCode() + " " + answer.asString();
    }

    public CompletableFuture<String> readyInBackground() {
        return CompletableFuture.supplyAsync(this::ready, THREADS);
    }

    /** Asks readiness until this is so, or the test's time is over: that comes as an interruption, which no socket minds. */
    public void askUntil(Predicate<String> said) {
        while (!said.test(ready())) {
            assertThat(Thread.currentThread().isInterrupted()).as("out of time").isFalse();
        }
    }

    /** Of a readiness answer without errors. */
    public Map<String, String> checks() {
        return given().get(READY).jsonPath().getMap("checks");
    }

    /** Moves the clock on, so that no recent probe makes the stop wait. */
    @Override
    public void close() {
        nanos.addAndGet(61_000_000_000L);
        app.stop();
        assertThat(app.jettyServer().server().isStopped()).isTrue();
    }
}
