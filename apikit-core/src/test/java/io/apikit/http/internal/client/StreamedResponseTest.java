package io.apikit.http.internal.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.http.Deadline;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.Retries;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Answers that are left on the wire, with a single connection to be had. */
class StreamedResponseTest {
    private static final HttpOptions ONE_CONNECTION = HttpOptions.builder()
            .maxConnections(1)
            .bodyLimitBytes(100_000)
            .connectTimeout(Duration.ofMillis(500))
            .totalTimeout(Duration.ofSeconds(5))
            .build();

    private static FaultyServer endless(int status) {
        return FaultyServer.start(
                Fault.endless("HTTP/1.1 " + status + " So\r\nContent-Type: text/plain\r\n\r\n", "and so on "));
    }

    private static GatedHttp to(FaultyServer server) {
        return GatedHttp.to(server.url(), ONE_CONNECTION, Timing.system());
    }

    @Test
    void nextRequestEndsTheOpenResponse() throws IOException {
        try (var server = endless(200);
                var http = to(server);
                var stream = http.stream()) {
            stream.send(BackendRequest.get("/"));
            assertThat(stream.send(BackendRequest.get("/")).status()).isEqualTo(200);
            assertThat(server.connections()).isEqualTo(2);
        }
    }

    @Test
    void previewIsPartOfTheBody() throws IOException {
        try (var server = endless(200);
                var http = to(server);
                var stream = http.stream()) {
            var response = stream.send(BackendRequest.get("/"));
            assertThat(response.bytes()).hasSize(64 << 10);
            assertThat(stream.body().readNBytes(20)).asString(UTF_8).isEqualTo("and so on and so on ");
        }
    }

    @Test
    void errorIsReadAndFreesItsConnection() throws IOException {
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
    void openResponseHoldsItsConnectionUntilClosed() throws IOException {
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
    void responseReadToItsEndKeepsTheConnection() throws IOException {
        try (var server = FaultyServer.start(Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
                        .forever());
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
    void deadlineEndsABodyUntilItIsLifted() throws IOException {
        try (var server = FaultyServer.start(Fault.endless("HTTP/1.1 200 OK\r\n\r\n", "x"));
                var http = to(server);
                var stream = http.stream()) {
            stream.send(BackendRequest.get("/").timeout(Duration.ofSeconds(1)));
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> stream.body().transferTo(OutputStream.nullOutputStream()))
                    .matches(error -> error.statusCode() == 504);
            server.awaitClosedByClient(1);

            var deadline = Deadline.after(Duration.ofSeconds(1), Timing.system());
            stream.send(BackendRequest.get("/").deadline(deadline));
            stream.withoutDeadline();
            while (!deadline.isExpired()) {
                assertThat(stream.body().read()).isEqualTo('x');
            }
            assertThat(stream.body().readNBytes(1000)).hasSize(1000);
        }
    }

    @Test
    void responseWithoutAFirstByteKeepsNoConnection() {
        var first = Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n").thenReset();
        try (var server = FaultyServer.start(first, Fault.response(200, "text/plain", "other"));
                var http = to(server);
                var stream = http.stream()) {
            var meanwhile = new ArrayList<String>();
            var timing = new Timing() {
                @Override
                public long nanoTime() {
                    return System.nanoTime();
                }

                @Override
                public void sleep(Duration duration) {
                    meanwhile.add(http.send(BackendRequest.get("/")).text());
                }
            };
            Retries.retrying(RetryPolicy.standard(), stream, timing).send(BackendRequest.get("/"));

            assertThat(meanwhile).containsExactly("other");
        }
    }

    @Test
    void outcomeOfABrokenPostIsUnknown() throws IOException {
        try (var server = FaultyServer.start(Fault.raw(""));
                var http = to(server);
                var stream = http.stream()) {
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> stream.send(BackendRequest.post("/").body(new byte[1], "text/plain")))
                    .withMessageContaining("whether the POST was carried out is unknown");
        }
    }

    @Test
    void largeBodyWaitsUntilItIsWanted() {
        var no = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno";
        try (var server = FaultyServer.start(Fault.early(no).thenStall());
                var http = to(server)) {
            var post = BackendRequest.post("/");
            assertNotSent(server, http, post.body(new byte[(256 << 10) + 1], "text/plain"));
            assertNotSent(server, http, post.body(new ByteArrayInputStream(new byte[9]), "text/plain"));
        }
    }

    private static void assertNotSent(FaultyServer server, GatedHttp http, BackendRequest request) {
        int before = server.requestCount();
        long bytes = server.bytesReceived();
        assertThat(http.send(request).status()).isEqualTo(401);
        server.awaitClosedByClient(before + 1);

        var received = server.awaitRequest(before + 1);
        assertThat(received.header("Expect")).contains("100-continue");
        assertThat(server.bytesReceived() - bytes).isEqualTo(received.head().length());
    }

    @Test
    void smallBodyDoesNotWait() throws Exception {
        try (var server = FaultyServer.start(Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"));
                var http = to(server)) {
            http.send(BackendRequest.post("/").body(new byte[256 << 10], "text/plain"));

            assertThat(server.awaitRequest(1).header("Expect")).isEmpty();
        }
    }

    @Test
    void responseWithoutAFirstByteIsRetried() throws IOException {
        var head = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n";
        try (var server = FaultyServer.start(Fault.raw(head), Fault.raw(head + "whole"));
                var http = to(server);
                var stream = http.stream()) {
            Retries.retrying(RetryPolicy.standard(), stream, new FakeTiming()).send(BackendRequest.get("/"));

            assertThat(new String(stream.body().readAllBytes(), UTF_8)).isEqualTo("whole");
            assertThat(server.connections()).isEqualTo(2);
        }
    }
}
