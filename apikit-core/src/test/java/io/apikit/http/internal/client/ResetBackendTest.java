package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.internal.resilience.RetryingTransport;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How many requests a backend gets that resets connections: retries and repeats on kept connections have one budget. */
@Timeout(60)
class ResetBackendTest {
    private static final int CALLS = 300;
    private static final int RESERVE = 10;
    private static final Fault OK = Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    private static final BackendRequest GET = BackendRequest.get("/");

    static List<Fault> resets() {
        return List.of(
                Fault.resetBeforeResponse(),
                Fault.closeWithoutResponse(),
                Fault.unasked("").thenReset().named("reset before the request"),
                Fault.resetInBody(),
                OK.then(Fault.resetBeforeResponse()).named("reset of a kept connection"),
                OK.thenReset().named("reset after a response"),
                OK.then(OK).then(Fault.closeWithoutResponse()).named("close of a kept connection"));
    }

    @ParameterizedTest
    @MethodSource("resets")
    void backendGetsAtMostOneFifthMoreThanTheCalls(Fault fault) throws Exception {
        var policy = RetryPolicy.standard();
        var timing = new FakeTiming();
        var threads = Executors.newFixedThreadPool(8);
        try (var server = FaultyServer.start(fault);
                var http = GatedHttp.aging(server.url(), HttpOptions.defaults(), policy, timing)) {
            var way = RetryingTransport.create(policy, http.client().budget(), timing, () -> 0, http);
            Callable<Integer> call = () -> {
                try {
                    return way.send(GET).status();
                } catch (BackendError e) {
                    return e.statusCode();
                }
            };
            var calls = IntStream.range(0, CALLS).mapToObj(i -> call).toList();
            for (var status : threads.invokeAll(calls)) {
                assertThat(status.get()).isIn(200, 502);
            }
            assertThat(server.requestCount()).isLessThanOrEqualTo(CALLS + CALLS / 5 + RESERVE);
        } finally {
            threads.shutdownNow();
        }
    }
}
