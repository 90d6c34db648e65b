package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.GatedHttp;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the standard policy makes of faults on a real wire: attempts are counted by the server. */
@Timeout(30)
class RetriedFaultsTest {
    private static final int ATTEMPTS = RetryPolicy.standard().attempts();
    private static final Fault GOOD = Fault.response(200, "application/json", "{\"whole\":true}");
    private static final BackendRequest GET = BackendRequest.get("/");
    private static final BackendRequest POST = BackendRequest.post("/").form(Map.of("a", "secret"));

    private final AtomicInteger sent = new AtomicInteger();

    static List<Fault> faultsThatMayPass() {
        return List.of(
                Fault.resetBeforeResponse(),
                Fault.closeWithoutResponse(),
                Fault.resetInBody(),
                Fault.shortBody(),
                Fault.truncatedChunk());
    }

    @ParameterizedTest
    @MethodSource("faultsThatMayPass")
    void getIsRetriedAsOftenAsCounted(Fault fault) {
        try (var server = FaultyServer.start(fault)) {
            assertThat(failure(server, GET).statusCode()).isEqualTo(502);
            assertThat(sent).hasValue(ATTEMPTS);
            assertThat(server.requestCount()).isEqualTo(ATTEMPTS);
            assertThat(server.connections()).isEqualTo(ATTEMPTS);
        }
    }

    @ParameterizedTest
    @MethodSource("faultsThatMayPass")
    void retriedGetDeliversNothingOfTheBrokenResponse(Fault fault) {
        try (var server = FaultyServer.start(fault, GOOD)) {
            assertThat(answer(server, GET).text()).isEqualTo("{\"whole\":true}");
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("faultsThatMayPass")
    void sentPostIsNotRetried(Fault fault) {
        try (var server = FaultyServer.start(fault, GOOD)) {
            var error = failure(server, POST);
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow())
                    .contains("whether the POST was carried out is unknown")
                    .doesNotContain("half", "secret");
            assertThat(server.requestCount()).isEqualTo(1);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void resetNeverDeliversHalfADocument() {
        var half = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 40\r\n\r\n{\"half\":[1,2,3],";
        try (var server = FaultyServer.start(Fault.raw(half).thenReset())) {
            var error = failure(server, GET);
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).doesNotContain("half");
            assertThat(server.requestCount()).isEqualTo(ATTEMPTS);
        }
    }

    static List<Fault> faultsThatWillNotPass() {
        return List.of(
                Fault.malformedChunk(),
                Fault.garbageStatusLine(),
                Fault.endlessHeaders(),
                Fault.endlessHeaderLine(),
                Fault.endlessBody(),
                Fault.gzipBomb(Long.MAX_VALUE));
    }

    @ParameterizedTest
    @MethodSource("faultsThatWillNotPass")
    void malformedOrTooLargeResponseIsNotRetried(Fault fault) {
        try (var server = FaultyServer.start(fault)) {
            assertThat(failure(server, GET).statusCode()).isEqualTo(502);
            assertThat(server.requestCount()).isEqualTo(1);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void stalledAttemptsEndWithTheDeadline() {
        try (var server = FaultyServer.start(Fault.stalledResponse())) {
            var error = failure(server, GET);
            assertThat(error.statusCode()).isEqualTo(504);
            server.awaitClosedByClient(ATTEMPTS);
            assertThat(server.requestCount()).isEqualTo(ATTEMPTS);

            // Of the deadline's time nothing is left for another.
            assertThat(failure(server, GET.timeout(Duration.ofMillis(100))).statusCode())
                    .isEqualTo(504);
            assertThat(server.requestCount()).isEqualTo(ATTEMPTS + 1);
        }
    }

    private BackendError failure(FaultyServer server, BackendRequest request) {
        return catchThrowableOfType(BackendError.class, () -> answer(server, request));
    }

    private BackendResponse answer(FaultyServer server, BackendRequest request) {
        var options = HttpOptions.builder()
                .responseTimeout(Duration.ofMillis(200))
                .totalTimeout(Duration.ofSeconds(10))
                .bodyLimitBytes(1 << 20)
                .build();
        try (var transport = GatedHttp.to(server.url(), options, Timing.system())) {
            Transport counted = each -> {
                sent.incrementAndGet();
                return transport.send(each);
            };
            return Retries.retrying(RetryPolicy.standard(), counted, new FakeTiming())
                    .send(request);
        }
    }
}
