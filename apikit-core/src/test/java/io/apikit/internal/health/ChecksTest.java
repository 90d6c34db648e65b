package io.apikit.internal.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ProbedApp;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When and how often checks run, and how long probes wait for them. */
@Timeout(60)
class ChecksTest {
    private static final long SECOND = 1_000_000_000L;
    private static final Duration LONG = Duration.ofHours(1);
    private static final String TIMEOUT = "\"slow\":\"timeout\"";

    private final AtomicInteger runs = new AtomicInteger();

    private Callable<Boolean> counted(Callable<Boolean> check) {
        return () -> {
            runs.incrementAndGet();
            return check.call();
        };
    }

    @Test
    void checksRunAtTheSameTime() {
        var meeting = new CyclicBarrier(2);
        Callable<Boolean> check = () -> meeting.await() >= 0;
        try (var probed =
                ProbedApp.with(ops -> ops.checkTimeout(LONG).check("one", check).check("other", check))) {
            assertThat(probed.ready()).startsWith("200 ");
        }
    }

    @Test
    void aResultIsKeptForASecond() {
        try (var probed = ProbedApp.with(ops -> ops.check("counted", counted(() -> true)))) {
            probed.ready();
            probed.nanos().addAndGet(SECOND - 1);
            probed.ready();
            assertThat(runs).hasValue(1);
            probed.nanos().addAndGet(1);
            probed.ready();
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void onlyReadinessRunsChecks() {
        try (var probed = ProbedApp.with(ops -> ops.check("counted", counted(() -> true)))) {
            probed.given().get(ProbedApp.LIVE).then().statusCode(200);
            assertThat(runs).hasValue(0);
        }
    }

    @Test
    void probesAtTheSameTimeShareOneRun() throws Exception {
        var probes = 12;
        var arrived = new CountDownLatch(probes);
        var builder = ProbedApp.builder().javalin(config -> config.routes.before(ctx -> arrived.countDown()));
        try (var probed = ProbedApp.start(
                builder,
                ops -> ops.checkTimeout(LONG).check("counted", counted(() -> {
                    arrived.await();
                    return true;
                })))) {
            var answers =
                    Stream.generate(probed::readyInBackground).limit(probes).toList();
            for (var answer : answers) {
                assertThat(answer.get(30, TimeUnit.SECONDS)).startsWith("200 ");
            }
            assertThat(runs).hasValue(1);
        }
    }

    @Test
    void aHangingCheckTimesOutAndIsNotRepeated() {
        var gate = new CountDownLatch(1);
        try (var probed =
                ProbedApp.with(ops -> ops.checkTimeout(Duration.ofMillis(1)).check("slow", counted(() -> {
                    gate.await();
                    return true;
                })))) {
            assertThat(probed.ready()).startsWith("503 ").contains(TIMEOUT);
            probed.nanos().addAndGet(100 * SECOND);
            assertThat(probed.ready()).startsWith("503 ").contains(TIMEOUT);
            assertThat(runs).hasValue(1);
            gate.countDown();
            awaitUp(probed);
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void allProbesShareTheDeadlineOfARun() throws Exception {
        var entered = new CountDownLatch(1);
        var gate = new CountDownLatch(1);
        try (var probed = ProbedApp.with(ops -> ops.checkTimeout(LONG).check("slow", () -> {
            entered.countDown();
            gate.await();
            return true;
        }))) {
            var first = probed.readyInBackground();
            entered.await();
            probed.nanos().addAndGet(LONG.toNanos());
            assertThat(probed.ready()).startsWith("503 ").contains(TIMEOUT);
            assertThat(first.get(30, TimeUnit.SECONDS)).contains(TIMEOUT);
            gate.countDown();
        }
    }

    @Test
    void aLateCheckDelaysNoLaterProbe() throws Exception {
        var entered = new CountDownLatch(1);
        var first = new CountDownLatch(1);
        var later = new CountDownLatch(1);
        try (var probed = ProbedApp.with(ops -> ops.checkTimeout(LONG).softCheck("slow", counted(() -> {
            entered.countDown();
            (runs.get() == 1 ? first : later).await();
            return true;
        })))) {
            var held = probed.readyInBackground();
            entered.await();
            probed.nanos().addAndGet(LONG.toNanos());
            assertThat(probed.ready()).startsWith("200 ").contains("degraded").contains(TIMEOUT);
            assertThat(held.get(30, TimeUnit.SECONDS)).contains(TIMEOUT);
            probed.nanos().addAndGet(SECOND);
            first.countDown();
            // Each of these would hang for an hour if a probe waited for the second run.
            probed.askUntil(said -> {
                assertThat(said).contains(TIMEOUT);
                return runs.get() == 2;
            });
            assertThat(probed.ready()).contains(TIMEOUT);
            later.countDown();
            awaitUp(probed);
            assertThat(runs).hasValue(2);
        }
    }

    @Test
    void aResultAfterTheDeadlineIsATimeout() {
        var nanos = new AtomicLong();
        assertThat(result(nanos, () -> nanos.addAndGet(11) > 0)).isEqualTo(CachedCheck.Result.TIMEOUT);
        assertThat(result(nanos, () -> nanos.addAndGet(10) > 0)).isEqualTo(CachedCheck.Result.UP);
    }

    /** Returns the result of a check that has 10 ns, and that has ended before a probe waits for it. */
    private static CachedCheck.Result result(AtomicLong nanos, Callable<Boolean> question) {
        var check = new CachedCheck(new HealthCheck("timed", true, question), 10, nanos::get, Runnable::run);
        return check.await(check.current());
    }

    @Test
    void aRunThatHasJustEndedIsNotRepeated() {
        var nanos = new AtomicLong();
        var onRead = new ArrayDeque<Runnable>();
        LongSupplier clock = () -> {
            Optional.ofNullable(onRead.poll()).ifPresent(Runnable::run);
            return nanos.get();
        };
        var question = new HealthCheck("counted", true, counted(() -> true));
        var check = new CachedCheck(question, SECOND, clock, Runnable::run);
        check.current();
        nanos.addAndGet(SECOND);

        // Reads once to see that the result is old, and once more just before the entry: there another probe comes
        // first.
        onRead.add(() -> {});
        onRead.add(check::current);

        assertThat(check.await(check.current())).isEqualTo(CachedCheck.Result.UP);
        assertThat(runs).hasValue(2);
    }

    @Test
    void aCheckWithoutAThreadIsDownAndRetried() {
        var nanos = new AtomicLong();
        var refusing = new AtomicBoolean(true);
        Executor threads = run -> {
            if (refusing.getAndSet(false)) {
                throw new OutOfMemoryError("unable to create native thread");
            }
            run.run();
        };
        var check = new CachedCheck(new HealthCheck("any", true, () -> true), SECOND, nanos::get, threads);

        assertThat(check.await(check.current())).isEqualTo(CachedCheck.Result.DOWN);
        nanos.addAndGet(SECOND);
        assertThat(check.await(check.current())).isEqualTo(CachedCheck.Result.UP);
    }

    @Test
    void anErrorIsDown() {
        try (var probed = ProbedApp.with(ops -> ops.check("error", () -> {
                    throw new StackOverflowError();
                })
                .check("nothing", () -> null))) {
            assertThat(probed.checks()).containsEntry("error", "down").containsEntry("nothing", "down");
        }
    }

    @Test
    void livenessRespondsWhileReadinessWaits() throws Exception {
        var gate = new CountDownLatch(1);
        var entered = new CountDownLatch(1);
        try (var probed = ProbedApp.with(ops -> ops.checkTimeout(LONG).check("slow", () -> {
            entered.countDown();
            gate.await();
            return true;
        }))) {
            var waiting = probed.readyInBackground();
            entered.await();
            probed.given().get(ProbedApp.LIVE).then().statusCode(200);
            gate.countDown();
            assertThat(waiting.get(30, TimeUnit.SECONDS)).startsWith("200 ");
        }
    }

    private static void awaitUp(ProbedApp probed) {
        probed.askUntil(said -> said.contains("\"status\":\"up\""));
    }
}
