package io.apikit.internal.server;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.apikit.ApiApp;
import io.apikit.Running;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.LoggerFactory;

@Timeout(60)
class ServerThreadsTest {
    private static String startupLine(ApiApp.Builder builder) {
        var log = (Logger) LoggerFactory.getLogger(ApiApp.class);
        var seen = new ListAppender<ILoggingEvent>();
        seen.start();
        log.addAppender(seen);
        try (var running = Running.start(builder)) {
            assertThat(seen.list).hasSize(1);
            return seen.list
                    .get(0)
                    .getFormattedMessage()
                    .replace(":" + running.app().port(), ":PORT");
        } finally {
            log.detachAppender(seen);
        }
    }

    @Test
    void theStartupLineSaysWhereAndOnWhichThreads() {
        var threads = VirtualThreads.areSupported()
                ? "virtual threads, at most 10000 concurrent requests"
                : "platform threads, at most 1016 concurrent requests";
        assertThat(startupLine(Running.builder()))
                .isEqualTo("uservice-test 0.0.1 listening on http://127.0.0.1:PORT, " + threads);
        assertThat(startupLine(Running.builder().operations(ops -> ops.maxConcurrentRequests(5))))
                .endsWith(" threads, at most 5 concurrent requests");
    }

    @Test
    void requestsRunOnVirtualThreadsWhereThereAreSome() {
        try (var running = Running.routes(() -> get("/", ctx -> ctx.result("" + VirtualThreads.isVirtualThread())))) {
            assertThat(running.given().get("/").asString()).isEqualTo("" + VirtualThreads.areSupported());
        }
    }

    @Test
    void theAuthorsChoiceOfThreadsWins() {
        var pool = new QueuedThreadPool(28);
        assertThat(startupLine(Running.builder().javalin(config -> config.jetty.threadPool = pool)))
                .endsWith("platform threads, at most 20 concurrent requests");
        assertThat(startupLine(Running.builder().javalin(config -> config.concurrency.useVirtualThreads = false)))
                .endsWith("platform threads, at most 1016 concurrent requests");
    }

    /** Exact on virtual threads; on platform threads Jetty's own share of the pool may serve a few more. */
    @Test
    void noMoreRequestsRunAtOnceThanAllowed() throws Exception {
        var allowed = 3;
        var slack = VirtualThreads.areSupported() ? 0 : 8;
        var now = new AtomicInteger();
        var most = new AtomicInteger();
        var full = new CountDownLatch(allowed);
        var builder = Running.builder()
                .operations(ops -> ops.maxConcurrentRequests(allowed))
                .routes(() -> get("/", ctx -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    full.countDown();
                    full.await();
                    now.decrementAndGet();
                }));
        try (var running = Running.start(builder)) {
            var answers = new ArrayList<Future<Integer>>();
            for (int i = 0; i < 20; i++) {
                answers.add(inBackground(() -> running.given().get("/").statusCode()));
            }
            for (var answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).isEqualTo(200);
            }
        }
        assertThat(most.get()).isBetween(allowed, allowed + slack);
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> task) {
        var result = new CompletableFuture<T>();
        new Thread(() -> {
                    try {
                        result.complete(task.call());
                    } catch (Exception e) {
                        result.completeExceptionally(e);
                    }
                })
                .start();
        return result;
    }
}
