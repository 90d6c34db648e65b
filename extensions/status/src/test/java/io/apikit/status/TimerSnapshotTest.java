package io.apikit.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Sums of timers, and percentiles from their buckets. */
class TimerSnapshotTest {
    private final MeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Timer timer(String kind, int... tookMs) {
        var timer = Timer.builder("took")
                .tag("kind", kind)
                .serviceLevelObjectives(Duration.ofMillis(10), Duration.ofMillis(100), Duration.ofMillis(1_000))
                .register(registry);
        Arrays.stream(tookMs).forEach(took -> timer.record(Duration.ofMillis(took)));
        return timer;
    }

    @Test
    void severalTimersAreAdded() {
        var sum = TimerSnapshot.of(List.of(timer("a", 5, 5), timer("b", 50)));

        assertThat(sum.count()).isEqualTo(3);
        assertThat(sum.totalMs()).isEqualTo(60, within(1e-6));
        assertThat(sum.meanMs()).hasValueCloseTo(20.0, within(1e-6));
        assertThat(sum.buckets()).containsExactlyInAnyOrderEntriesOf(Map.of(1e7, 2.0, 1e8, 3.0, 1e9, 3.0));
    }

    @Test
    void percentileIsInterpolatedWithinItsBucket() {
        var tookMs = new int[100];
        Arrays.fill(tookMs, 0, 98, 5);
        Arrays.fill(tookMs, 98, 100, 50);

        // The 99th of 100 is half way through the two between 10 and 100 ms.
        assertThat(TimerSnapshot.of(List.of(timer("a", tookMs))).p99Ms()).hasValueCloseTo(55.0, within(1e-6));
    }

    @Test
    void percentileIsAtMostTheLastBound() {
        assertThat(TimerSnapshot.of(List.of(timer("a", 2_000, 3_000))).p99Ms()).hasValue(1_000);
    }

    @Test
    void anEventNotYetInItsBucketIsNotSlow() {
        var buckets = new TreeMap<>(Map.of(1e7, 4.0, 1e9, 4.0));

        assertThat(new TimerSnapshot(5, 20, buckets).p99Ms().orElseThrow()).isLessThan(10);
        assertThat(new TimerSnapshot(1, 4, new TreeMap<>(Map.of(1e7, 0.0))).p99Ms())
                .isEmpty();
    }

    @Test
    void withoutEventsThereIsNoMeanAndNoPercentile() {
        var none = TimerSnapshot.of(List.of(timer("a")));

        assertThat(none.meanMs()).isEmpty();
        assertThat(none.p99Ms()).isEmpty();
        assertThat(TimerSnapshot.NONE.p99Ms()).isEmpty();
    }

    @Test
    void differenceHasNewEventsOnly() {
        var timer = timer("a", 500, 500);
        var before = TimerSnapshot.of(List.of(timer));
        timer.record(Duration.ofMillis(4));
        var more = TimerSnapshot.of(List.of(timer)).since(before);

        assertThat(more.count()).isEqualTo(1);
        assertThat(more.meanMs()).hasValueCloseTo(4.0, within(1e-6));
        assertThat(more.p99Ms().orElseThrow()).isLessThan(10);
    }

    @Test
    void aReplacedTimerCountsAsNothing() {
        var before = TimerSnapshot.of(List.of(timer("a", 1, 2, 3)));
        var after = TimerSnapshot.of(List.of(timer("b", 1)));

        assertThat(after.since(before)).isEqualTo(TimerSnapshot.NONE);
    }
}
