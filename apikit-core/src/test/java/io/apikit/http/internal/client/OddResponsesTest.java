package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.Tls;
import io.apikit.http.internal.resilience.Retries;
import io.apikit.http.internal.resilience.TransportFailure;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.tls.TlsLevel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Responses at the edge of HTTP (RFC 9110, RFC 9112): clearly understood or a 502, and never the next response. */
@Timeout(20)
class OddResponsesTest {
    private static final String HEAD = "HTTP/1.1 200 OK\r\n";
    private static final String LENGTH = "Content-Length: 2\r\n";
    private static final String OK = HEAD + LENGTH + "\r\nok";
    private static final String CHUNKED = HEAD + "Transfer-Encoding: chunked\r\n\r\n";
    private static final Fault NEXT = Fault.response(200, "text/plain", "next");
    private static final BackendRequest GET = BackendRequest.get("/");

    private static Fault odd(String name, String answer) {
        return Fault.raw(answer).named(name);
    }

    @Test
    void bodyWithoutALengthEndsWithTheConnection() {
        try (var server = FaultyServer.start(odd("close", HEAD + "Connection: close\r\n\r\nok"), NEXT);
                var transport = open(server)) {
            assertThat(transport.send(GET).text()).isEqualTo("ok");
            assertThat(transport.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void bodyOfA204IsNotTheNextResponse() {
        try (var server = FaultyServer.start(odd("204", "HTTP/1.1 204 No Content\r\n" + LENGTH + "\r\nok"), NEXT);
                var transport = open(server)) {
            assertThat(transport.send(GET).isEmpty()).isTrue();
            assertThat(transport.send(GET).text()).isEqualTo("next");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {600, 999})
    void errorOfAStatusBeyond599IsA502(int status) {
        try (var server = FaultyServer.start(odd("status", "HTTP/1.1 " + status + " Odd\r\n" + LENGTH + "\r\nok"));
                var transport = open(server)) {
            var answer = transport.send(GET);
            assertThat(answer.status()).isEqualTo(status);
            assertThat(answer.toError().statusCode()).isEqualTo(502);
        }
    }

    @Test
    void earlyResponseIsTheConnectionsLast() {
        try (var server = FaultyServer.start(Fault.unasked(OK), NEXT);
                var transport = open(server)) {
            assertThat(transport.send(GET).text()).isEqualTo("ok");
            server.awaitOpen(0);
            var retrying = Retries.retrying(RetryPolicy.standard(), transport, new FakeTiming());
            assertThat(retrying.send(GET).text()).isEqualTo("next");
        }
    }

    static List<Fault> brokenChunks() {
        return List.of(
                odd("chunk beyond 64 bits", CHUNKED + "10000000000000002\r\nok\r\n0\r\n\r\n"),
                odd("negative chunk", CHUNKED + "-2\r\nok\r\n0\r\n\r\n"),
                odd("0x chunk", CHUNKED + "0x2\r\nok\r\n0\r\n\r\n"),
                odd("chunk longer than it says", CHUNKED + "2\r\nok!!0\r\n\r\n"),
                odd("trailer without colon", CHUNKED + "2\r\nok\r\n0\r\nnocolon\r\n\r\n"));
    }

    @ParameterizedTest
    @MethodSource("brokenChunks")
    void brokenChunkIsA502AndEndsItsConnection(Fault odd) {
        try (var server = FaultyServer.start(odd.then(Fault.response(200, "text/plain", "poison")), NEXT);
                var transport = open(server)) {
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("not valid HTTP");
            assertThat(TransportFailure.isRetryable(error)).isFalse();

            assertThat(transport.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    static List<Fault> withMore() {
        var evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
        return List.of(
                odd("after the body", OK + evil),
                odd("after the chunks", CHUNKED + "2\r\nok\r\n0\r\n\r\n" + evil),
                odd("for a 304's body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 42\r\n\r\n" + evil),
                odd("garbage", OK + "garbage"));
    }

    @ParameterizedTest
    @MethodSource("withMore")
    void extraBytesAreNotTheNextResponse(Fault odd) {
        try (var server = FaultyServer.start(odd.then(Fault.response(200, "text/plain", "poison")), NEXT);
                var transport = open(server)) {
            var retrying = Retries.retrying(RetryPolicy.standard(), transport, new FakeTiming());
            retrying.send(GET);

            assertThat(retrying.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void postAfterExtraBytesUsesAnotherConnection() {
        var more = odd("more", OK + "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
        try (var server = FaultyServer.start(more.then(Fault.response(200, "text/plain", "poison")), NEXT);
                var transport = open(server)) {
            transport.send(GET);

            assertThat(transport.send(BackendRequest.post("/").json("{}")).text())
                    .isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
            assertThat(server.requestCount()).isEqualTo(2);
        }
    }

    @Test
    void extraTlsBytesAreNotTheNextResponse() {
        var more = odd("more", OK)
                .thenWrite("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil")
                .thenStall();
        try (var server = FaultyServer.builder(more, NEXT)
                        .tls(TlsLevel.SELF_SIGNED)
                        .start();
                var transport = GatedHttp.to(
                        server.url(),
                        HttpOptions.builder()
                                .tls(Tls.trusting(server.certificatePem()))
                                .build(),
                        Timing.system())) {
            transport.send(GET);
            server.awaitStalled(1); // By then they are here, in a TLS record of their own.

            assertThat(transport.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void bodyToAHeadIsNoNextResponse() {
        var head = odd("HEAD with a body", "HTTP/1.1 200 OK\r\nContent-Length: 42\r\n\r\nHTTP/1.1 200 OK\r\n\r\nevil");
        try (var server = FaultyServer.start(head.then(Fault.response(200, "text/plain", "poison")), NEXT);
                var transport = open(server)) {
            transport.send(BackendRequest.head("/"));

            assertThat(transport.send(GET).text()).isEqualTo("next");
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void lengthNextToChunksIsDropped() {
        var both = odd("both", HEAD + "Content-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n");
        try (var server = FaultyServer.start(both);
                var transport = open(server)) {
            var answer = transport.send(GET);

            assertThat(answer.text()).isEqualTo("ok");
            assertThat(answer.header("Content-Length")).isEmpty();
        }
    }

    @Test
    void reasonHasNoControlCharacters() {
        try (var server = FaultyServer.start(odd("reason", "HTTP/1.1 200 O\u0000K\rX: y\r\n" + LENGTH + "\r\nok"));
                var transport = open(server)) {
            assertThat(transport.send(GET).reason()).isEqualTo("O K X: y");
        }
    }

    @Test
    void statusZeroIsA502() {
        try (var server = FaultyServer.start(odd("000", "HTTP/1.1 000 X\r\n" + LENGTH + "\r\nok"));
                var transport = open(server)) {
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("not valid HTTP");
        }
    }

    @Test
    void thousandsOfTrailersAreA502() {
        try (var server = FaultyServer.start(
                        Fault.raw(CHUNKED + "2\r\nok\r\n0\r\n" + "X-T: 1\r\n".repeat(1000) + "\r\n"));
                var transport = open(server)) {
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("too large headers");
        }
    }

    private static GatedHttp open(FaultyServer server) {
        var options = HttpOptions.builder().totalTimeout(Duration.ofSeconds(5)).build();
        return GatedHttp.to(server.url(), options, Timing.system());
    }
}
