package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.Pace;
import io.apikit.http.StatusServer;
import io.apikit.http.Timing;
import io.apikit.http.internal.client.GatedHttp;
import io.apikit.http.internal.metrics.BackendMetrics;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls on the wire, and what a registry says of them. */
class CallMetricsTest {
    private final StatusServer server = new StatusServer();
    private final MeterRegistry registry = new SimpleMeterRegistry();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void streamIsCountedAtItsFirstByte() {
        try (var http = measured(server.url())) {
            try (var stream = http.stream()) {
                stream.send(BackendRequest.get("/a"));
                stream.send(BackendRequest.get("/b"));
                assertThat(count("2xx")).isEqualTo(2);
            }
            assertThat(total()).isEqualTo(2);
        }
    }

    @Test
    void bareRequestsAreNotCounted() {
        try (var http = measured(server.url())) {
            http.bare().send(BackendRequest.get("/login"));
            http.at(server.url()).send(BackendRequest.get("/other"));

            assertThat(total()).isZero();
        }
    }

    @Test
    void stalledCallIsATimeout() {
        try (var stalling = FaultyServer.start(Fault.stalledResponse());
                var http = measured(stalling.url())) {
            var request = BackendRequest.get("/").timeout(Duration.ofMillis(200));

            assertThatExceptionOfType(BackendError.class).isThrownBy(() -> http.send(request));
            assertThat(count("timeout")).isOne();
            assertThat(total()).isOne();
        }
    }

    @Test
    void callWithoutATurnIsPaced() {
        try (var http = measured(server.url())) {
            var paced = http.paced(Pace.adaptive());
            server.respondWith(429);
            paced.send(BackendRequest.get("/"));
            var hurried = BackendRequest.get("/").timeout(Duration.ofMillis(500));

            assertThatExceptionOfType(BackendError.class).isThrownBy(() -> paced.send(hurried));
            assertThat(count("paced")).isOne();
            assertThat(count("4xx")).isOne();
        }
    }

    @Test
    void permitIsSharedWhileNoRegistryIsBound() {
        var meters = new BackendMetrics("http://127.0.0.1");
        var calls = new CallMetrics(meters, Timing.system());
        var deadline = Deadline.after(Duration.ofSeconds(1), Timing.system());
        assertThat(calls.acquire(deadline)).isSameAs(Gate.Permit.NONE);

        meters.bindTo(registry);
        assertThat(calls.acquire(deadline)).isNotSameAs(Gate.Permit.NONE);

        meters.close();
        assertThat(calls.acquire(deadline)).isSameAs(Gate.Permit.NONE);
    }

    private GatedHttp measured(String url) {
        var http = GatedHttp.to(url, HttpOptions.defaults(), Timing.system());
        http.metrics().bindTo(registry);
        return http;
    }

    private long count(String outcome) {
        return registry.get("apikit.backend.calls")
                .tag("outcome", outcome)
                .timer()
                .count();
    }

    private long total() {
        return registry.get("apikit.backend.calls").timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }
}
