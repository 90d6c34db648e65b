package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.StatusServer;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.GatedHttp;
import java.io.ByteArrayInputStream;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class CircuitBreakerTest {
    private static final BackendRequest HELD = BackendRequest.get("/held");
    private static final BackendRequest GET = BackendRequest.get("/private").query("q", "secret");

    private final FakeTiming clock = new FakeTiming();
    private final StatusServer server = new StatusServer();
    private final GatedHttp client = GatedHttp.to(server.url(), HttpOptions.defaults(), clock);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        server.close();
        client.close();
        threads.shutdownNow();
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 502, 503, 504})
    void opensWhenHalfOfFiftyCallsFailed(int status) {
        var guarded = client.guarded(BreakerPolicy.standard());
        send(guarded, 25, 200);
        send(guarded, 24, status);
        assertThat(guarded.send(GET).status()).isEqualTo(status);

        assertThat(server.requestsSince()).isEqualTo(50);
        assertOpen(guarded, 5);
        assertThat(server.requests()).isZero();
    }

    @Test
    void fortyNineFailuresOpenNothing() {
        var guarded = client.guarded(BreakerPolicy.standard());
        send(guarded, 49, 503);
        send(guarded, 1, 503);

        assertThat(server.requests()).isEqualTo(50);
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 400, 401, 403, 404, 407, 408, 409, 422, 425, 429, 431, 451, 499, 501})
    void callersAndLoginsErrorsOpenNothing(int status) {
        var guarded = client.guarded(BreakerPolicy.standard());
        send(guarded, 300, status);

        assertThat(server.requests()).isEqualTo(300);
    }

    @Test
    void opensOnConnectionsThatAreRefused() throws Exception {
        int port;
        try (var taken = new ServerSocket(0)) {
            port = taken.getLocalPort();
        }
        try (var dead = GatedHttp.to("http://127.0.0.1:" + port, HttpOptions.defaults(), clock)) {
            var guarded = dead.guarded(BreakerPolicy.standard());
            for (int i = 0; i < 50; i++) {
                assertThat(error(guarded).statusCode()).isEqualTo(502);
            }

            assertOpen(guarded, 5);
        }
    }

    @Test
    void opensOnSlowCallsThatSucceed() {
        var guarded = client.guarded(BreakerPolicy.standard());
        server.beforeResponding(() -> clock.pass(Duration.ofMillis(8001)));
        send(guarded, 50, 200);

        assertOpen(guarded, 5);
    }

    @Test
    void callsThatAreNearlySlowOpenNothing() {
        var guarded = client.guarded(BreakerPolicy.standard());
        server.beforeResponding(() -> clock.pass(Duration.ofSeconds(8)));
        send(guarded, 200, 200);

        assertThat(server.requests()).isEqualTo(200);
    }

    @Test
    void retryAfterIsTheRestOfThePause() {
        var guarded = opened(BreakerPolicy.standard());

        clock.pass(Duration.ofMillis(2500));
        assertOpen(guarded, 3);
        clock.pass(Duration.ofMillis(2499));
        assertOpen(guarded, 1);
    }

    @Test
    void fewProbesAreSentWhileOthersAreRefused() throws Exception {
        var guarded = opened(BreakerPolicy.standard());
        clock.pass(Duration.ofMillis(5001));
        server.respondWith(200);
        server.hold();
        var probes = start(guarded, 5);
        server.awaitHeld(5);

        for (int i = 0; i < 20; i++) {
            assertOpen(guarded, 1);
        }
        assertThat(server.requestsSince()).isEqualTo(5);
        server.release();
        for (var probe : probes) {
            assertThat(probe.get().status()).isEqualTo(200);
        }
        send(guarded, 100, 200);
        assertThat(server.requests()).isEqualTo(100);
    }

    @Test
    void failedProbesOpenItAgain() {
        var guarded = opened(BreakerPolicy.standard());
        clock.pass(Duration.ofMillis(5001));
        send(guarded, 5, 503);

        assertOpen(guarded, 5);
        assertThat(server.requestsSince()).isEqualTo(5);
        clock.pass(Duration.ofMillis(5001));
        send(guarded, 5, 200);
        send(guarded, 100, 200);
    }

    @Test
    void callSentBeforeItOpenedIsNoProbe() throws Exception {
        var guarded = client.guarded(BreakerPolicy.standard());
        server.hold();
        var late = start(guarded, 30);
        server.awaitHeld(30);
        send(guarded, 50, 503);
        clock.pass(Duration.ofMillis(5001));
        send(guarded, 1, 200);

        server.respondWith(503);
        server.release();
        for (var call : late) {
            assertThat(call.get().status()).isEqualTo(503);
        }

        send(guarded, 100, 200);
    }

    @Test
    void callCutShortDoesNotCount() throws Exception {
        try (var real = GatedHttp.to(server.url(), HttpOptions.defaults(), Timing.system())) {
            var guarded = real.guarded(BreakerPolicy.builder()
                    .minimumCalls(10)
                    .slowCall(Duration.ofSeconds(5))
                    .build());
            server.hold();
            for (int i = 0; i < 30; i++) {
                var error = catchThrowableOfType(
                        BackendError.class, () -> guarded.send(HELD.timeout(Duration.ofMillis(10))));
                assertThat(error.statusCode()).isEqualTo(504);
            }
            server.release();

            assertThat(guarded.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void deadlineAsLongAsASlowCallCounts() {
        try (var real = GatedHttp.to(server.url(), HttpOptions.defaults(), Timing.system())) {
            var guarded = real.guarded(BreakerPolicy.builder()
                    .minimumCalls(10)
                    .slowCall(Duration.ofMillis(10))
                    .build());
            server.hold();
            for (int i = 0; i < 10; i++) {
                var error = catchThrowableOfType(
                        BackendError.class, () -> guarded.send(HELD.timeout(Duration.ofMillis(20))));
                assertThat(error.statusCode()).isEqualTo(504);
            }

            assertOpen(guarded, 5);
        }
    }

    @Test
    void openCircuitIsNotRetried() {
        var guarded = opened(BreakerPolicy.standard());
        var retrying = Retries.retrying(RetryPolicy.standard(), guarded, clock);

        assertOpen(retrying, 5);
        assertThat(server.requests()).isZero();
    }

    @Test
    void onlyGuardedCallsAreStopped() {
        opened(BreakerPolicy.standard());
        server.respondWith(200);

        assertThat(client.send(GET).status()).isEqualTo(200);
        assertThat(client.bare().send(GET).status()).isEqualTo(200);
        assertThat(client.guarded(BreakerPolicy.standard()).send(GET).status()).isEqualTo(200);
    }

    @Test
    void streamedResponsesCountToo() throws Exception {
        var guarded = client.guarded(BreakerPolicy.standard());
        server.respondWith(503);
        for (int i = 0; i < 50; i++) {
            try (var stream = guarded.stream()) {
                assertThat(stream.send(GET).status()).isEqualTo(503);
            }
        }

        try (var stream = guarded.stream()) {
            assertOpen(stream, 5);
        }
    }

    @Test
    void slowUploadOpensNothing() {
        var guarded = client.guarded(BreakerPolicy.standard());
        for (int i = 0; i < 60; i++) {
            var slow = new ByteArrayInputStream(new byte[1]) {
                @Override
                public synchronized int read(byte[] into, int from, int most) {
                    clock.pass(Duration.ofSeconds(9));
                    return super.read(into, from, most);
                }
            };
            assertThat(guarded.send(BackendRequest.post("/").body(slow, "text/plain"))
                            .status())
                    .isEqualTo(200);
        }
    }

    @Test
    void noneNeverOpens() {
        var guarded = client.guarded(BreakerPolicy.none());
        send(guarded, 300, 503);

        assertThat(server.requests()).isEqualTo(300);
    }

    @Test
    void badSettingsAreNamed() {
        assertNamed("window", () -> BreakerPolicy.builder().window(0));
        assertNamed("minimumCalls", () -> BreakerPolicy.builder().minimumCalls(0));
        assertNamed("failureRate", () -> BreakerPolicy.builder().failureRate(0));
        assertNamed("failureRate", () -> BreakerPolicy.builder().failureRate(1.01));
        assertNamed("slowCallRate", () -> BreakerPolicy.builder().slowCallRate(Double.NaN));
        assertNamed("slowCall", () -> BreakerPolicy.builder().slowCall(Duration.ZERO));
        assertNamed("openFor", () -> BreakerPolicy.builder().openFor(Duration.ofDays(2)));
        assertNamed("probes", () -> BreakerPolicy.builder().probes(0));
        assertNamed("failures", () -> BreakerPolicy.builder().failures(503, 404));
    }

    private static void assertNamed(String setting, Runnable call) {
        assertThat(catchThrowableOfType(IllegalArgumentException.class, call::run))
                .hasMessageContaining(setting);
    }

    private GatedHttp opened(BreakerPolicy policy) {
        var guarded = client.guarded(policy);
        send(guarded, 50, 503);
        server.requestsSince();
        return guarded;
    }

    private void send(Transport guarded, int times, int status) {
        server.respondWith(status);
        for (int i = 0; i < times; i++) {
            assertThat(guarded.send(GET).status()).isEqualTo(status);
        }
    }

    private List<Future<BackendResponse>> start(Transport guarded, int times) {
        var calls = new ArrayList<Future<BackendResponse>>();
        for (int i = 0; i < times; i++) {
            calls.add(threads.submit(() -> guarded.send(HELD)));
        }
        return calls;
    }

    private static BackendError error(Transport transport) {
        return catchThrowableOfType(BackendError.class, () -> transport.send(GET));
    }

    private static void assertOpen(Transport guarded, int retryAfter) {
        var error = error(guarded);
        assertThat(error.statusCode()).isEqualTo(503);
        assertThat(error.headers()).containsEntry("Retry-After", Integer.toString(retryAfter));
        assertThat(error.content().orElseThrow()).contains("left alone for now").doesNotContain("secret");
    }
}
