package io.apikit.test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.apikit.auth.Authenticator;
import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How a test starts and ends. */
class ApiTestTest {
    /** Far below the 5 s that Jetty gives the threads of requests in flight, and the 1 s of an app of its own. */
    private static final Duration NO_WAIT = Duration.ofMillis(500);

    /** The fastest of some ends counts: a busy machine delays one of them, and a wait delays all. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.SECONDS)
    void theEndWaitsForNothing() throws Exception {
        var fastest = Duration.ofDays(1);
        for (var end = 0; end < 5; end++) {
            var took = endWithAnIdleClientAndARequestInFlight();
            fastest = took.compareTo(fastest) < 0 ? took : fastest;
        }

        assertThat(fastest).isLessThan(NO_WAIT);
    }

    private static Duration endWithAnIdleClientAndARequestInFlight() throws Exception {
        var idle = new AtomicReference<Socket>();
        var inFlight = new AtomicReference<CompletableFuture<TestResponse>>();
        var end = new AtomicLong();

        ApiTest.test(
                backend -> Thermometer.at(backend.url(), Authenticator.none(), UnaryOperator.identity())
                        .operations(ops -> ops.grace(Duration.ofMinutes(10)).stopDelay(Duration.ofMinutes(10)))
                        .build(),
                (app, backend) -> {
                    backend.get("/temp").answers("20").slow(Duration.ofHours(1));
                    idle.set(idleClient(URI.create(app.url())));
                    inFlight.set(CompletableFuture.supplyAsync(() -> app.get("/temperature")));
                    while (backend.requests().isEmpty()) {
                        Thread.onSpinWait();
                    }
                    end.set(System.nanoTime());
                });
        var took = Duration.ofNanos(System.nanoTime() - end.get());

        try (var socket = idle.get()) {
            assertThat(socket.getInputStream().readAllBytes()).isNotEmpty();
        }
        assertThatThrownBy(inFlight.get()::join).hasRootCauseInstanceOf(IOException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        return took;
    }

    /** Returns a client that has sent a request, and keeps its connection open. */
    private static Socket idleClient(URI app) throws IOException {
        var socket = new Socket(app.getHost(), app.getPort());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        return socket;
    }

    @Test
    void appAndBackendAreGoneAfterwards() {
        var urls = new AtomicReference<String[]>();

        ApiTest.test(Thermometer::at, (app, backend) -> urls.set(new String[] {app.url(), backend.url()}));

        for (var url : urls.get()) {
            assertThatExceptionOfType(ConnectException.class).isThrownBy(() -> connect(url));
        }
    }

    private static void connect(String url) throws IOException {
        new Socket(URI.create(url).getHost(), URI.create(url).getPort()).close();
    }

    @Test
    void aScriptedFunctionThatFailsFailsTheTest() {
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> ApiTest.test(Thermometer::at, (app, backend) -> {
                    backend.get("/temp").answers(request -> {
                        throw new AssertionError("the wrong unit");
                    });
                    app.get("/temperature");
                }))
                .withRootCauseInstanceOf(AssertionError.class)
                .havingRootCause()
                .withMessage("the wrong unit");
    }

    @Test
    void aCheckedExceptionOfTheBlockIsThrownAsItIs() {
        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> ApiTest.test(Thermometer::at, (app, backend) -> {
                    throw new IOException("mine");
                }))
                .withMessage("mine");
    }

    @Test
    @SuppressWarnings("NullAway") // What the compiler of a user may not forbid.
    void aServiceThatIsNoneIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> ApiTest.test(backend -> null, (app, backend) -> {}))
                .withMessage("the service under test is null");
    }

    @Test
    void anErrorIsReadInBothShapes() {
        ApiTest.test(Thermometer::at, (app, backend) -> {
            var plain = app.get("/nowhere").error();
            var problem = app.header("Accept", "application/problem+json").get("/nowhere");

            assertThat(plain).isEqualTo(new ApiError("Not Found", 404, plain.content()));
            assertThat(problem.header("content-type")).contains("application/problem+json");
            assertThat(problem.error()).isEqualTo(plain);
            assertThatExceptionOfType(AssertionError.class)
                    .isThrownBy(() -> app.get("/metadata").error())
                    .withMessageContaining("not an error: 200");
        });
    }
}
