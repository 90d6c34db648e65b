package io.apikit.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Ten minutes of meters, on a clock of the test's own. */
class HistoryTest {
    private static final long PERIOD_NANOS = Duration.ofSeconds(5).toNanos();
    private static final String BACKEND = "http://backend";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final AtomicLong nanos = new AtomicLong();
    private final History history = new History(new Readings(registry), Set.of("/status.json"), nanos::get);

    private Timer requests(String route) {
        return registry.timer("http.server.requests", "uri", route, "outcome", "SUCCESS");
    }

    private Timer calls(String backend) {
        return registry.timer("apikit.backend.calls", "backend", backend, "outcome", "2xx");
    }

    private Timer logins(String outcome) {
        return registry.timer("apikit.backend.logins", "backend", BACKEND, "outcome", outcome);
    }

    private void look() {
        nanos.addAndGet(PERIOD_NANOS);
        history.look();
    }

    private static void record(Timer timer, int times) {
        IntStream.range(0, times).forEach(time -> timer.record(Duration.ofMillis(20)));
    }

    @Test
    void aSampleIsWhatCameBetweenTwoLooks() {
        record(requests("/a"), 7);
        look();
        assertThat(history.requests()).isEmpty();

        record(requests("/a"), 4);
        record(requests("/b"), 6);
        record(requests("/status.json"), 100);
        look();
        look();

        assertThat(history.requests()).extracting(Sample::rate).containsExactly(2.0, 0.0);
        assertThat(history.requests().get(0).meanMs()).hasValueCloseTo(20.0, within(1e-6));
        assertThat(history.requests().get(1).meanMs()).isEmpty();
    }

    @Test
    void aSampleThatCameLateIsARateAllTheSame() {
        look();
        record(requests("/a"), 10);
        nanos.addAndGet(PERIOD_NANOS);
        look();

        assertThat(history.requests()).extracting(Sample::rate).containsExactly(1.0);
    }

    @Test
    void loginsAreCountedByHowTheyEnded() {
        record(calls(BACKEND), 1);
        record(logins("success"), 1);
        logins("refused");
        look();
        record(logins("refused"), 3);
        look();
        record(logins("success"), 2);
        look();

        assertThat(history.backend(BACKEND))
                .extracting(Sample::logins)
                .containsExactly(Map.of("success", 0L, "refused", 3L), Map.of("success", 2L, "refused", 0L));
        assertThat(history.logins(BACKEND)).isEqualTo(Map.of("success", 3L, "refused", 3L));
    }

    @Test
    void onlyTheLast120SamplesAreKept() {
        calls(BACKEND);
        look();
        for (int i = 1; i <= 121; i++) {
            record(requests("/a"), 5 * i);
            look();
        }

        assertThat(history.requests()).hasSize(120);
        assertThat(history.requests().get(0).rate()).isEqualTo(2);
        assertThat(history.requests().get(119).rate()).isEqualTo(121);
        assertThat(history.backend(BACKEND)).hasSize(120);
    }

    @Test
    void backendsAreToldApartAndOneThatIsGoneIsForgotten() {
        var other = calls("http://other");
        calls(BACKEND);
        look();
        record(other, 5);
        look();
        assertThat(history.backend(BACKEND)).extracting(Sample::rate).containsExactly(0.0);
        assertThat(history.backend("http://other")).extracting(Sample::rate).containsExactly(1.0);

        registry.remove(other);
        look();
        assertThat(history.backend("http://other")).isEqualTo(List.of());
        assertThat(history.backend(BACKEND)).hasSize(2);
    }
}
