package io.apikit.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.apikit.status.TimeSeries.Sample;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ten minutes of meters, on a clock of the test's own. */
class MeterHistoryTest {
    private static final long PERIOD_NANOS = Duration.ofSeconds(5).toNanos();
    private static final String BACKEND = "http://backend";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicLong nanos = new AtomicLong();
    private final MeterReader reader = new MeterReader(registry);
    private final MeterHistory history = new MeterHistory(reader, Set.of("/status.json"), nanos::get);

    private Timer requests(String route) {
        return registry.timer("http.server.requests", "uri", route, "outcome", "SUCCESS");
    }

    private Timer calls(String backend) {
        return registry.timer("apikit.backend.calls", "backend", backend, "outcome", "2xx");
    }

    private Timer logins(String outcome) {
        return registry.timer("apikit.backend.logins", "backend", BACKEND, "outcome", outcome);
    }

    private void sample() {
        nanos.addAndGet(PERIOD_NANOS);
        history.sample();
    }

    private static void record(Timer timer, int times) {
        IntStream.range(0, times).forEach(time -> timer.record(Duration.ofMillis(20)));
    }

    @Test
    void aSampleCoversTheTimeBetweenTwoReadings() {
        record(requests("/a"), 7);
        sample();
        assertThat(history.requests()).isEmpty();

        record(requests("/a"), 4);
        record(requests("/b"), 6);
        record(requests("/status.json"), 100);
        sample();
        sample();

        assertThat(history.requests()).extracting(Sample::perSecond).containsExactly(2.0, 0.0);
        assertThat(history.requests().get(0).meanMs()).hasValueCloseTo(20.0, within(1e-6));
        assertThat(history.requests().get(1).meanMs()).isEmpty();
    }

    @Test
    void aLateSampleIsStillARate() {
        sample();
        record(requests("/a"), 10);
        nanos.addAndGet(PERIOD_NANOS);
        sample();

        assertThat(history.requests()).extracting(Sample::perSecond).containsExactly(1.0);
    }

    @Test
    void loginsAreCountedByOutcome() {
        record(calls(BACKEND), 1);
        record(logins("success"), 1);
        logins("refused");
        sample();
        record(logins("refused"), 3);
        sample();
        record(logins("success"), 2);
        sample();

        assertThat(history.backend(BACKEND))
                .extracting(Sample::logins)
                .containsExactly(Map.of("success", 0L, "refused", 3L), Map.of("success", 2L, "refused", 0L));
        assertThat(reader.logins(BACKEND)).isEqualTo(Map.of("success", 3L, "refused", 3L));
    }

    @Test
    void percentileBeginsAfterAHundredEvents() {
        sample();
        record(histogram(), 99);
        sample();
        record(histogram(), 1);
        sample();
        record(histogram(), 1);
        sample();

        assertThat(history.requests())
                .extracting(sample -> sample.p99Ms().isPresent())
                .containsExactly(false, false, true);
        assertThat(history.requests())
                .allSatisfy(sample -> assertThat(sample.meanMs()).isPresent());
    }

    @Test
    void percentileOfFewEventsBeginsAfterAMinute() {
        for (int i = 0; i < 15; i++) {
            record(histogram(), 1);
            sample();
        }

        var isShown = history.requests().stream()
                .map(sample -> sample.p99Ms().isPresent())
                .toList();
        assertThat(isShown.subList(0, 12)).containsOnly(false);
        assertThat(isShown.subList(12, 14)).containsOnly(true);
    }

    private Timer histogram() {
        return Timer.builder("http.server.requests")
                .tags("uri", "/h", "outcome", "SUCCESS")
                .publishPercentileHistogram()
                .register(registry);
    }

    @Test
    void onlyTheLast120SamplesAreKept() {
        calls(BACKEND);
        sample();
        for (int i = 1; i <= 121; i++) {
            record(requests("/a"), 5 * i);
            sample();
        }

        assertThat(history.requests()).hasSize(120);
        assertThat(history.requests().get(0).perSecond()).isEqualTo(2);
        assertThat(history.requests().get(119).perSecond()).isEqualTo(121);
        assertThat(history.backend(BACKEND)).hasSize(120);
    }

    @Test
    void eachBackendHasItsHistoryUntilItIsRemoved() {
        var other = calls("http://other");
        calls(BACKEND);
        sample();
        record(other, 5);
        sample();
        assertThat(history.backend(BACKEND)).extracting(Sample::perSecond).containsExactly(0.0);
        assertThat(history.backend("http://other"))
                .extracting(Sample::perSecond)
                .containsExactly(1.0);

        registry.remove(other);
        sample();
        assertThat(history.backend("http://other")).isEqualTo(List.of());
        assertThat(history.backend(BACKEND)).hasSize(2);
    }

    @Test
    void exceptionsDoNotEndTheSamplingButCloseDoes() throws Exception {
        var readings = new CountDownLatch(3);
        var thread = new AtomicReference<Thread>();
        try (var failing = new MeterHistory(reader, Set.of(), () -> {
            thread.set(Thread.currentThread());
            readings.countDown();
            throw new IllegalStateException("on purpose");
        })) {
            failing.start(Duration.ofMillis(1));
            assertThat(readings.await(10, TimeUnit.SECONDS)).isTrue();
        }
        thread.get().join(10_000);
        assertThat(thread.get().isAlive()).isFalse();
    }
}
