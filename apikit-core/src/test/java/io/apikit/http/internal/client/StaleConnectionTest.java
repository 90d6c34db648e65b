package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.Deadline;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.Retries;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Connections that the server closes after they were given back to the pool, or just as they are used again. */
@Timeout(20)
class StaleConnectionTest {
    private static final Fault OK = Fault.response(200, "text/plain", "ok");
    private static final BackendRequest GET = BackendRequest.get("/");
    private static final BackendRequest POST = BackendRequest.post("/").json("{}");

    /** The client checks a connection that was idle for 20 ms. */
    private static final Duration IDLE = Duration.ofMillis(40);

    @Test
    void connectionClosedWhileIdleIsReplaced() {
        try (var server = FaultyServer.start(OK.thenStall());
                var transport = open(server)) {
            transport.send(GET);
            server.awaitStalled(1);
            server.release();
            server.awaitOpen(0);
            beIdle();

            assertThat(transport.send(POST).status()).isEqualTo(200);
            assertThat(server.requestCount()).isEqualTo(2);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    private static void beIdle() {
        var idle = Deadline.after(IDLE, Timing.system());
        while (!idle.isExpired()) {
            Thread.onSpinWait();
        }
    }

    static List<Fault> endsOfAPooledConnection() {
        return List.of(Fault.resetBeforeResponse(), Fault.closeWithoutResponse());
    }

    @ParameterizedTest
    @MethodSource("endsOfAPooledConnection")
    void getOnAClosedConnectionIsSentAgain(Fault end) {
        try (var server = FaultyServer.start(OK.then(end));
                var transport = open(server)) {
            transport.send(GET);

            assertThat(transport.send(GET).text()).isEqualTo("ok");
            assertThat(server.requestCount()).isEqualTo(3);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("endsOfAPooledConnection")
    void postOnAClosedConnectionIsNotRepeated(Fault end) {
        try (var server = FaultyServer.start(OK.then(end), OK);
                var transport = open(server)) {
            var retrying = Retries.retrying(RetryPolicy.standard(), transport, new FakeTiming());
            retrying.send(GET);
            var error = catchThrowableOfType(BackendError.class, () -> retrying.send(POST));

            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("whether the POST was carried out is unknown");
            assertThat(server.requestCount()).isEqualTo(2);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void streamOnAClosedConnectionIsSentAgain() throws Exception {
        try (var server = FaultyServer.start(OK.then(Fault.resetBeforeResponse()));
                var transport = open(server);
                var stream = transport.stream()) {
            transport.send(GET);
            stream.send(GET);

            assertThat(stream.body().readAllBytes()).asString().isEqualTo("ok");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void responseThatHasBegunIsNoStaleConnection() {
        try (var server = FaultyServer.start(OK.then(Fault.raw("HTTP/1.1 200 OK\r\nContent-")));
                var transport = open(server)) {
            transport.send(GET);

            assertThat(status(transport)).isEqualTo(502);
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    /** The server asks for the body, takes it, and resets the connection. */
    @Test
    void interimResponseIsAByteOfAResponse() {
        try (var server = FaultyServer.start(OK.then(Fault.resetBeforeResponse()));
                var transport = open(server)) {
            transport.send(GET);
            var upload = BackendRequest.put("/").body(new byte[300_000], "text/plain");

            var error = catchThrowableOfType(BackendError.class, () -> transport.send(upload));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(TransportFailure.isStaleConnection(error)).isFalse();
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void newConnectionThatIsClosedIsNotReplaced() {
        try (var server = FaultyServer.start(Fault.closeWithoutResponse());
                var transport = open(server)) {
            assertThat(status(transport)).isEqualTo(502);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void staleConnectionIsReplacedOnce() {
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()), Fault.closeWithoutResponse());
                var transport = open(server)) {
            transport.send(GET);

            assertThat(status(transport)).isEqualTo(502);
            assertThat(server.requestCount()).isEqualTo(3);
        }
    }

    /** The repeat's new connection takes the place of a kept one. */
    @Test
    void idleConnectionsOutliveTheClosedOne() throws Exception {
        try (var server = FaultyServer.start(OK.then(Fault.closeWithoutResponse()));
                var transport = open(server)) {
            try (var one = transport.stream();
                    var two = transport.stream();
                    var three = transport.stream()) {
                for (var stream : List.of(one, two, three)) {
                    stream.send(GET);
                }
                for (var stream : List.of(one, two, three)) {
                    stream.body().readAllBytes();
                }
            }

            assertThat(transport.send(GET).text()).isEqualTo("ok");
            assertThat(server.connections()).isEqualTo(4);
            assertThat(server.requestCount()).isEqualTo(5);
            server.awaitOpen(2);
            assertThat(server.openConnections()).isEqualTo(2);
        }
    }

    private static int status(GatedHttp transport) {
        return catchThrowableOfType(BackendError.class, () -> transport.send(GET))
                .statusCode();
    }

    private static GatedHttp open(FaultyServer server) {
        var options = HttpOptions.builder().totalTimeout(Duration.ofSeconds(10)).build();
        return GatedHttp.to(server.url(), options, Timing.system());
    }
}
