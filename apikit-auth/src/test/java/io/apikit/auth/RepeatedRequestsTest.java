package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which requests a session sends again, and which it never does, at a backend on the wire. */
class RepeatedRequestsTest extends SessionTest {
    private static final String DONE = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone";
    private static final String TOO_MANY =
            "HTTP/1.1 429 Too Many Requests\r\nX-RateLimit-Reset: 3\r\nContent-Length: 0\r\n\r\n";
    private static final String GATEWAY_TIMEOUT = "HTTP/1.1 504 Gateway Timeout\r\nContent-Length: 0\r\n\r\n";

    @Test
    void aPostThatWasNotDoneIsSentAgainByteForByte() throws Exception {
        try (var wire = answering(TOO_MANY, DONE)) {
            var policy = RetryPolicy.builder().retryPostOn(429).build();
            var session = opened(at(wire).retry(policy)).session(ALICE);

            assertThat(session.send(BackendRequest.post("/data").json(List.of(1)))
                            .orThrow()
                            .text())
                    .isEqualTo("done");
            assertThat(wire.requests())
                    .hasSize(2)
                    .allSatisfy(request -> assertThat(request.head() + request.content())
                            .startsWith("POST /data ")
                            .endsWith("[1]"));
            assertThat(timing.slept()).containsExactly(Duration.ofSeconds(3));
        }
    }

    @Test
    void aPostIsSentOnceUnlessThePolicyNamesTheStatus() throws Exception {
        try (var wire = answering(TOO_MANY, DONE)) {
            var session = opened(at(wire).retry(RetryPolicy.standard())).session(ALICE);

            assertFails(
                            429,
                            () -> session.send(BackendRequest.post("/data").json(List.of(1)))
                                    .orThrow())
                    .satisfies(error -> assertThat(error.headers()).containsEntry("Retry-After", "3"));
            assertThat(wire.requests()).hasSize(1);
        }
    }

    @Test
    void aDeleteIsSentOnceIfAGatewayTimesOut() throws Exception {
        try (var wire = answering(GATEWAY_TIMEOUT, DONE)) {
            var session = opened(at(wire).retry(RetryPolicy.standard())).session(ALICE);

            assertThat(session.send(BackendRequest.delete("/data")).status()).isEqualTo(504);
            assertThat(session.send(BackendRequest.put("/data").json(1)).status())
                    .isEqualTo(200);
            assertThat(wire.requests()).hasSize(2);
        }
    }

    @Test
    void aDeleteIsSentOnceIfNoResponseComesInTime() throws Exception {
        try (var wire = new WireBackend(WireBackend.Call::stall)) {
            var session = opened(at(wire).retry(RetryPolicy.standard())
                            .http(HttpOptions.builder()
                                    .responseTimeout(Duration.ofMillis(200))
                                    .build()))
                    .session(ALICE);

            assertFails(504, () -> session.send(BackendRequest.delete("/data")))
                    .withMessageContaining("whether the DELETE was carried out is unknown");
            assertThat(wire.requests()).hasSize(1);
            assertFails(504, () -> session.get("/data"));
            assertThat(wire.requests()).hasSize(4);
        }
    }

    private Backend.Builder at(WireBackend wire) {
        return Backend.at(wire.url()).auth(new TokenMode()).timing(timing).random(() -> 0);
    }

    private static WireBackend answering(String first, String then) {
        var calls = new AtomicInteger();
        return new WireBackend(call -> call.write(calls.getAndIncrement() == 0 ? first : then));
    }
}
