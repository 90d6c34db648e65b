package io.apikit.auth.internal.sharing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import ch.qos.logback.classic.Level;
import io.apikit.auth.FakeTiming;
import io.apikit.auth.LibraryLog;
import io.apikit.auth.internal.sharing.StoreBreaker.Kind;
import io.apikit.auth.internal.sharing.StoreBreaker.StoreAway;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When a store is asked no more, when it is asked again, and what of it is counted and logged. */
class StoreBreakerTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(2);

    private final FakeTiming timing = new FakeTiming();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final BackendMetrics meters = new BackendMetrics("breaker-test");
    private final AtomicInteger returns = new AtomicInteger();
    private final StoreBreaker breaker =
            new StoreBreaker("pele", new StoreMetrics(meters), meters, timing, returns::incrementAndGet);
    private final LibraryLog log = LibraryLog.opened();

    StoreBreakerTest() {
        meters.bindTo(registry);
    }

    @AfterEach
    void end() {
        log.close();
        meters.close();
    }

    @Test
    void threeFailuresInARowOpen() {
        fail(Kind.READ);
        fail(Kind.READ);
        succeed(Kind.READ);
        fail(Kind.READ);
        fail(Kind.READ);
        assertThat(breaker.isUp()).isTrue();
        fail(Kind.READ);
        assertThat(breaker.isUp()).isFalse();
        assertThat(gauge("up")).isZero();
    }

    @Test
    void readsThatSucceedHideNoWritesThatFail() {
        fail(Kind.LEASE);
        succeed(Kind.READ);
        fail(Kind.WRITE);
        succeed(Kind.READ);
        assertThat(breaker.isUp()).isTrue();
        fail(Kind.TAKE);
        assertThat(breaker.isUp()).isFalse();
    }

    @Test
    void aFailureWhileTheBackendStartsSaysNothing() {
        for (var i = 0; i < 3; i++) {
            assertThat(breaker.isThere(() -> {
                        throw new IllegalStateException("not connected yet");
                    }))
                    .isFalse();
        }
        assertThat(breaker.isThere(() -> {})).isTrue();
        assertThat(breaker.isUp()).isTrue();
        assertThat(failures(Kind.ALIVE)).isZero();
        assertThat(log.linesFrom(Level.INFO)).isEmpty();
    }

    @Test
    void oneFailedHeartbeatOpens() {
        fail(Kind.ALIVE);
        assertThat(breaker.isUp()).isFalse();
    }

    @Test
    void anOpenBreakerSendsOnlyHeartbeats() {
        fail(Kind.ALIVE);
        var sent = new AtomicInteger();
        for (var kind : Kind.values()) {
            if (kind != Kind.ALIVE) {
                assertThatExceptionOfType(StoreAway.class)
                        .isThrownBy(() -> breaker.run(kind, sent::incrementAndGet))
                        .withNoCause();
            }
        }
        assertThat(sent).hasValue(0);
        assertThat(count("skipped")).isEqualTo(Kind.values().length - 1);
        breaker.run(Kind.ALIVE, sent::incrementAndGet);
        assertThat(sent).hasValue(1);
    }

    @Test
    void aGoodHeartbeatCloses() {
        fail(Kind.ALIVE);
        timing.pass(HEARTBEAT);
        fail(Kind.ALIVE);
        assertThat(returns).hasValue(0);
        timing.pass(HEARTBEAT);
        succeed(Kind.ALIVE);
        assertThat(breaker.isUp()).isTrue();
        assertThat(returns).hasValue(1);
        succeed(Kind.ALIVE);
        assertThat(returns).hasValue(1);
    }

    @Test
    void oneOutageIsOneWarnAndOneInfo() {
        for (var i = 0; i < 10; i++) {
            fail(Kind.ALIVE);
            timing.pass(HEARTBEAT);
        }
        succeed(Kind.ALIVE);
        assertThat(log.linesFrom(Level.INFO))
                .containsExactly(
                        "WARN The login store of pele is away (its heartbeat failed: down). Sessions go on; until it is"
                                + " back, this replica logs in and limits logins alone.",
                        "INFO The login store of pele is back after 20.0 s.");
    }

    @Test
    void failuresAreCountedByKind() {
        fail(Kind.READ);
        fail(Kind.READ);
        fail(Kind.GIVE_BACK);
        assertThat(failures(Kind.READ)).isEqualTo(2);
        assertThat(failures(Kind.GIVE_BACK)).isEqualTo(1);
        assertThat(failures(Kind.WRITE)).isZero();
    }

    @Test
    void lateResultsAreUsedAndCountAsFailures() {
        for (var i = 0; i < 3; i++) {
            assertThat(breaker.<String>call(Kind.READ, () -> {
                        timing.pass(Duration.ofMillis(301));
                        return "late";
                    }))
                    .isEqualTo("late");
        }
        assertThat(breaker.isUp()).isFalse();
        assertThat(failures(Kind.READ)).isEqualTo(3);
    }

    @Test
    void oneLateHeartbeatOpensNothing() {
        breaker.run(Kind.ALIVE, () -> timing.pass(Duration.ofMillis(301)));
        assertThat(breaker.isUp()).isTrue();
        breaker.run(Kind.ALIVE, () -> timing.pass(Duration.ofMillis(300)));
        assertThat(failures(Kind.ALIVE)).isEqualTo(1);
    }

    @Test
    void everythingThatAStoreThrowsIsAFailure() {
        for (var thrown : List.of(new StackOverflowError(), new Exception("checked"), new NoClassDefFoundError("x"))) {
            assertThatExceptionOfType(StoreAway.class)
                    .isThrownBy(() -> breaker.run(Kind.READ, () -> StoreBreakerTest.<RuntimeException>sneak(thrown)))
                    .withCause(thrown);
        }
        assertThat(breaker.isUp()).isFalse();
    }

    @Test
    void nullIsAFailure() {
        assertThatExceptionOfType(StoreAway.class).isThrownBy(() -> breaker.call(Kind.READ, () -> null));
        assertThat(failures(Kind.READ)).isEqualTo(1);
    }

    @Test
    void aCommandFromBeforeTheReturnSaysNothing() {
        breaker.run(Kind.READ, () -> {
            // Three commands are on their way when the store goes, and end after it is back.
            fail(Kind.ALIVE);
            succeed(Kind.ALIVE);
        });
        assertThat(breaker.isUp()).isTrue();
        assertThatExceptionOfType(StoreAway.class)
                .isThrownBy(() -> breaker.run(Kind.ALIVE, () -> {
                    fail(Kind.ALIVE);
                    timing.pass(HEARTBEAT);
                    succeed(Kind.ALIVE);
                    throw new IllegalStateException("from before");
                }));
        assertThat(breaker.isUp()).isTrue();
    }

    @Test
    void anInterruptIsNoFailureOfTheStore() {
        for (var i = 0; i < 3; i++) {
            assertThatExceptionOfType(StoreAway.class)
                    .isThrownBy(() -> breaker.run(Kind.READ, () -> {
                        Thread.currentThread().interrupt();
                        throw new IllegalStateException("interrupted");
                    }));
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(breaker.isUp()).isTrue();
        assertThat(failures(Kind.READ)).isZero();
    }

    @Test
    void aStoreWhoseHeartbeatsAloneSucceedStaysAwayLongerEachTime() {
        var open = new long[8];
        for (var i = 0; i < open.length; i++) {
            for (var j = 0; j < 3; j++) {
                fail(Kind.WRITE);
            }
            while (!breaker.isUp()) {
                timing.pass(Duration.ofSeconds(1));
                open[i]++;
                succeed(Kind.ALIVE);
            }
        }
        assertThat(open).containsExactly(1, 2, 4, 8, 16, 32, 60, 60);
        timing.pass(Duration.ofMinutes(1));
        fail(Kind.ALIVE);
        succeed(Kind.ALIVE);
        assertThat(breaker.isUp()).isTrue();
    }

    @Test
    void aClosedBackendSendsAndLogsNothing() {
        breaker.close();
        assertThatExceptionOfType(StoreAway.class)
                .isThrownBy(() -> breaker.run(Kind.ALIVE, () -> {
                    throw new AssertionError("sent");
                }));
        assertThat(log.linesFrom(Level.INFO)).isEmpty();
    }

    @Test
    void linesOfTheLogAreOneLineEach() {
        assertThatExceptionOfType(StoreAway.class)
                .isThrownBy(() -> breaker.run(Kind.ALIVE, () -> {
                    throw new IllegalStateException("a\nb" + "c".repeat(1_000));
                }));
        assertThat(log.linesFrom(Level.WARN))
                .singleElement()
                .asString()
                .doesNotContain("\n")
                .hasSizeLessThan(500);
    }

    private void fail(Kind kind) {
        assertThatExceptionOfType(StoreAway.class)
                .isThrownBy(() -> breaker.run(kind, () -> {
                    throw new IllegalStateException("down");
                }));
    }

    private void succeed(Kind kind) {
        breaker.run(kind, () -> {});
    }

    private double count(String name) {
        return registry.get("apikit.backend.store." + name).functionCounter().count();
    }

    private double failures(Kind kind) {
        return registry.get("apikit.backend.store.failures")
                .tag("kind", kind.toString())
                .functionCounter()
                .count();
    }

    private double gauge(String name) {
        return registry.get("apikit.backend.store." + name).gauge().value();
    }

    @SuppressWarnings("unchecked")
    private static <T extends Throwable> void sneak(Throwable thrown) throws T {
        throw (T) thrown;
    }
}
