package io.apikit.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Answers that are left on the wire, with a single connection to be had. */
class AnswerStreamTest {
    private static final HttpOptions ONE_CONNECTION = HttpOptions.builder()
            .maxConnections(1)
            .bodyLimitBytes(100_000)
            .connectTimeout(Duration.ofMillis(500))
            .totalTimeout(Duration.ofSeconds(5))
            .build();

    private static RawServer endless(int status) throws IOException {
        return RawServer.on(connection -> {
            connection.readRequest();
            connection.write("HTTP/1.1 " + status + " So\r\nContent-Type: text/plain\r\n\r\n");
            connection.writeForever("and so on ");
        });
    }

    private static HttpTransport to(RawServer server) {
        return HttpTransport.to(server.url(), ONE_CONNECTION, Timing.system());
    }

    @Test
    void theNextRequestEndsTheAnswerBefore() throws IOException {
        try (var server = endless(200);
                var http = to(server);
                var stream = http.stream()) {
            stream.send(BackendRequest.get("/"));
            assertThat(stream.send(BackendRequest.get("/")).status()).isEqualTo(200);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void whatWasReadAheadIsGivenBack() throws IOException {
        try (var server = endless(200);
                var http = to(server);
                var stream = http.stream()) {
            var response = stream.send(BackendRequest.get("/"));
            assertThat(response.bytes()).hasSize(64 << 10);
            assertThat(stream.body().readNBytes(20)).asString(UTF_8).isEqualTo("and so on and so on ");
        }
    }

    @Test
    void anErrorIsReadAndItsConnectionIsFree() throws IOException {
        try (var server = endless(500);
                var http = to(server);
                var stream = http.stream()) {
            var response = stream.send(BackendRequest.get("/"));

            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> http.send(BackendRequest.get("/")))
                    .withMessageContaining("bytes");
            assertThat(response.bytes()).hasSize(64 << 10);
            assertThat(stream.body().read()).isNegative();
        }
    }

    @Test
    @SuppressWarnings("try") // to close early is what is tested
    void anOpenAnswerHoldsItsConnectionUntilItIsClosed() throws IOException {
        try (var server = endless(200);
                var http = to(server);
                var other = http.stream()) {
            BackendResponse response;
            try (var stream = http.stream()) {
                response = stream.send(BackendRequest.get("/"));
                assertThatExceptionOfType(BackendError.class)
                        .isThrownBy(() -> other.send(BackendRequest.get("/")))
                        .matches(error -> error.statusCode() == 503);
            }

            assertThat(other.send(BackendRequest.get("/")).status()).isEqualTo(200);
            assertThat(response.bytes()).as("not asked for in time").isEmpty();
        }
    }

    @Test
    void anAnswerReadToItsEndLeavesItsConnectionForTheNext() throws IOException {
        try (var server = RawServer.on(connection -> {
                    while (true) {
                        connection.readRequest();
                        connection.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                    }
                });
                var http = to(server)) {
            for (int i = 0; i < 3; i++) {
                try (var stream = http.stream()) {
                    stream.send(BackendRequest.get("/"));
                    assertThat(stream.body().readAllBytes()).asString(UTF_8).isEqualTo("ok");
                }
            }
            assertThat(server.connections()).isOne();
        }
    }

    @Test
    void theDeadlineEndsABodyUntilItIsLifted() throws IOException {
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    connection.write("HTTP/1.1 200 OK\r\n\r\n").drip("x");
                });
                var http = to(server);
                var stream = http.stream()) {
            stream.send(BackendRequest.get("/").timeout(Duration.ofMillis(200)));
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> stream.body().readAllBytes())
                    .matches(error -> error.statusCode() == 504);

            stream.send(BackendRequest.get("/").timeout(Duration.ofMillis(200)));
            stream.withoutDeadline();
            // At 5 ms a byte: half a second at least.
            assertThat(stream.body().readNBytes(100)).hasSize(100);
        }
    }

    @Test
    void aPostThatBreaksOffSaysThatItsOutcomeIsUnknown() throws IOException {
        try (var server = RawServer.answering("");
                var http = to(server);
                var stream = http.stream()) {
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> stream.send(BackendRequest.post("/").body(new byte[1], "text/plain")))
                    .withMessageContaining("whether the POST was carried out is unknown");
        }
    }

    @Test
    void aLargeBodyWaitsUntilItIsWanted() throws Exception {
        var more = new LinkedBlockingQueue<Long>();
        try (var server = RawServer.on(connection -> {
                    var head = connection.readHead();
                    assertThat(head).contains("Expect: 100-continue");
                    connection.write("HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno");
                    more.add(connection.countToTheEnd());
                });
                var http = to(server)) {
            var post = BackendRequest.post("/");
            var large = post.body(new byte[(256 << 10) + 1], "text/plain");
            var stream = post.body(new ByteArrayInputStream(new byte[9]), "text/plain");

            assertThat(http.send(large).status()).isEqualTo(401);
            assertThat(more.poll(10, TimeUnit.SECONDS)).isZero();
            assertThat(http.send(stream).status()).isEqualTo(401);
            assertThat(more.poll(10, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void aSmallBodyDoesNotWait() throws Exception {
        try (var server = RawServer.answering("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                var http = to(server)) {
            http.send(BackendRequest.post("/").body(new byte[256 << 10], "text/plain"));

            assertThat(server.nextRequest()).doesNotContain("Expect");
        }
    }

    @Test
    void anAnswerThatBreaksOffBeforeItsFirstByteIsTriedAgain() throws IOException {
        var connections = new AtomicInteger();
        try (var server = RawServer.on(connection -> {
                    connection.readRequest();
                    var isFirst = connections.incrementAndGet() == 1;
                    connection.write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + (isFirst ? "" : "whole"));
                });
                var http = to(server);
                var stream = http.stream()) {
            RetryPolicy.standard().retrying(stream, new FakeTiming()).send(BackendRequest.get("/"));

            assertThat(new String(stream.body().readAllBytes(), UTF_8)).isEqualTo("whole");
            assertThat(server.connections()).isEqualTo(2);
        }
    }
}
