package io.apikit.http.internal.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import io.apikit.BackendError;
import io.apikit.LogLines;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.Deadline;
import io.apikit.http.HttpOptions;
import io.apikit.http.StatusServer;
import io.apikit.http.Timing;
import io.apikit.http.Transport;
import io.apikit.http.internal.client.BareTransport;
import io.apikit.http.internal.client.GatedHttp;
import io.apikit.http.internal.url.BaseUrl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The limit on requests at the same time, and which requests pass it. */
@Timeout(30)
class BulkheadTest {
    private static final BackendRequest HELD = BackendRequest.get("/held");
    private static final BackendRequest GET = BackendRequest.get("/");
    private static final int MOST = 4;

    private final StatusServer server = new StatusServer();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void end() {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void requestsBeyondTheLimitAreA503() throws Exception {
        try (var transport = transport(Duration.ofMillis(50))) {
            var held = fill(transport);

            for (var request : new BackendRequest[] {GET, BackendRequest.post("/")}) {
                var error = catchThrowableOfType(BackendError.class, () -> transport.send(request));
                assertThat(error.statusCode()).isEqualTo(503);
                assertThat(error.headers()).containsEntry("Retry-After", "1");
                assertThat(error.content().orElseThrow()).contains("are in use").doesNotContain("unknown");
            }
            assertThat(server.requests()).isEqualTo(MOST);
            release(held);
            assertThat(transport.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void waitingRequestGetsTheNextFreePermit() throws Exception {
        try (var transport = transport(Duration.ofSeconds(20))) {
            var held = fill(transport);
            var waiting = threads.submit(() -> transport.send(GET));

            release(held);
            assertThat(waiting.get().status()).isEqualTo(200);
        }
    }

    @Test
    void requestsDeadlineEndsTheWait() throws Exception {
        try (var transport = transport(Duration.ofSeconds(20))) {
            var held = fill(transport);

            var error =
                    catchThrowableOfType(BackendError.class, () -> transport.send(GET.timeout(Duration.ofMillis(50))));
            assertThat(error.statusCode()).isEqualTo(504);
            assertThat(server.requests()).isEqualTo(MOST);
            release(held);
        }
    }

    @Test
    void interruptedWaitTakesNoPermit() throws Exception {
        try (var transport = transport(Duration.ofSeconds(20))) {
            var held = fill(transport);
            var waiting = threads.submit(() -> {
                Thread.currentThread().interrupt();
                var error = catchThrowableOfType(
                        BackendError.class,
                        () -> new Bulkhead(
                                        1,
                                        1,
                                        Duration.ofSeconds(20),
                                        new TransportFailures(
                                                BaseUrl.parse(server.url()).origin()))
                                .acquire(Deadline.after(Duration.ofSeconds(20), Timing.system())));
                assertThat(Thread.interrupted()).isTrue();
                return error.statusCode();
            });

            assertThat(waiting.get()).isEqualTo(503);
            release(held);
            release(fill(transport));
        }
    }

    @Test
    void loginPassesCallsThatHoldEveryPermit() throws Exception {
        try (var transport = transport(Duration.ofMillis(50))) {
            var held = fill(transport);

            for (int i = 0; i < 10; i++) {
                assertThat(transport.bare().send(GET).status()).isEqualTo(200);
            }
            release(held);
        }
    }

    @Test
    void hangingLoginsLeaveTheCallsTheirConnections() throws Exception {
        try (var transport = transport(Duration.ofSeconds(5))) {
            server.hold();
            var logins = transport.bare();
            for (int i = 0; i < BareTransport.CONNECTIONS + MOST; i++) {
                var unused = threads.submit(() -> logins.send(HELD));
            }
            server.awaitHeld(BareTransport.CONNECTIONS);

            assertThat(transport.send(GET).status()).isEqualTo(200);
            release(fill(transport));
        }
    }

    @Test
    void everyFailureReturnsItsPermit() throws Exception {
        try (var transport = transport(Duration.ofMillis(50))) {
            server.hold();
            for (int i = 0; i < 3 * MOST; i++) {
                var late = HELD.timeout(Duration.ofMillis(10));
                var error = catchThrowableOfType(BackendError.class, () -> transport.send(late));
                assertThat(error.statusCode()).isEqualTo(504);
            }
            server.release();

            assertThat(transport.send(GET).status()).isEqualTo(200);
        }
    }

    @Test
    void streamHoldsItsPermitUntilClosed() throws Exception {
        try (var transport = transport(Duration.ofMillis(50))) {
            var streams = new ArrayList<GatedHttp.Stream>();
            for (int i = 0; i < MOST; i++) {
                streams.add(transport.stream());
                assertThat(streams.get(i).send(GET).status()).isEqualTo(200);
            }
            assertThat(catchThrowableOfType(BackendError.class, () -> transport.send(GET))
                            .statusCode())
                    .isEqualTo(503);

            streams.forEach(GatedHttp.Stream::close);
            streams.forEach(GatedHttp.Stream::close);
            release(fill(transport));
        }
    }

    @Test
    void fullBulkheadDoesNotCountAgainstTheBackend() throws Exception {
        // It limits connecting too, which may take a while.
        try (var transport = transport(Duration.ofMillis(100))) {
            var guarded = transport.guarded(
                    BreakerPolicy.builder().minimumCalls(2).window(2).build());
            var held = fill(guarded);
            for (int i = 0; i < 5; i++) {
                assertThat(catchThrowableOfType(BackendError.class, () -> guarded.send(GET))
                                .content()
                                .orElseThrow())
                        .contains("are in use");
            }

            release(held);
            assertThat(guarded.send(GET).status()).isEqualTo(200);
        }
    }

    private GatedHttp transport(Duration connectTimeout) {
        var options = HttpOptions.builder().maxConnections(MOST).streams(MOST).connectTimeout(connectTimeout);
        return GatedHttp.to(server.url(), options.build(), Timing.system());
    }

    private List<Future<BackendResponse>> fill(Transport transport) throws Exception {
        server.hold();
        var calls = new ArrayList<Future<BackendResponse>>();
        for (int i = 0; i < MOST; i++) {
            calls.add(threads.submit(() -> transport.send(HELD)));
        }
        try {
            server.awaitHeld(MOST);
        } catch (AssertionError e) {
            // A call that failed says more than that it did not come.
            for (var call : calls) {
                if (call.isDone()) {
                    call.get();
                }
            }
            throw e;
        }
        return calls;
    }

    private void release(List<Future<BackendResponse>> held) throws Exception {
        server.release();
        for (var call : held) {
            assertThat(call.get().status()).isEqualTo(200);
        }
    }

    @Test
    void streamsLeaveHalfOfThePlaces() throws Exception {
        var options = HttpOptions.builder().maxConnections(4).build();
        var failures = new TransportFailures(BaseUrl.parse(server.url()).origin());
        var bulkhead = new Bulkhead(options.maxConnections(), options.streams(), Duration.ofMillis(1), failures);
        var deadline = Deadline.after(Duration.ofSeconds(20), Timing.system());
        var held = bulkhead.acquireForStream(deadline);
        bulkhead.acquireForStream(deadline);
        try (var log = LogLines.of(Bulkhead.class.getName(), Level.WARN)) {
            for (var i = 0; i < 3; i++) {
                var error = catchThrowableOfType(BackendError.class, () -> bulkhead.acquireForStream(deadline));
                assertThat(error.statusCode()).isEqualTo(503);
                assertThat(error.headers()).containsKey("Retry-After");
            }
            assertThat(log.next().getFormattedMessage()).contains("all 2 streams from " + server.url());
            log.assertNoMore();
        }

        bulkhead.acquire(deadline);
        bulkhead.acquire(deadline);
        assertThat(catchThrowableOfType(BackendError.class, () -> bulkhead.acquire(deadline))
                        .statusCode())
                .isEqualTo(503);
        held.close();
        assertThat(catchThrowableOfType(BackendError.class, () -> {
                    bulkhead.acquireForStream(deadline).close();
                    bulkhead.acquireForStream(deadline).close();
                }))
                .isNull();
    }

    @Test
    void streamsAreAtMostTheConnections() {
        assertThat(HttpOptions.builder().maxConnections(1).build().streams()).isEqualTo(1);
        assertThat(HttpOptions.defaults().streams()).isEqualTo(256);
        assertThat(HttpOptions.builder().maxConnections(4).streams(4).build().streams())
                .isEqualTo(4);
        assertThatThrownBy(
                        () -> HttpOptions.builder().maxConnections(4).streams(5).build())
                .hasMessageContaining("streams must be at most maxConnections, 4");
        assertThatThrownBy(() -> HttpOptions.builder().streams(0)).hasMessageContaining("streams");
    }
}
