package io.apikit.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.http.BackendRequest;
import io.apikit.http.HttpOptions;
import io.javalin.http.HandlerType;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** How many places of a backend streams may hold, and what remains for other calls. */
class StreamPlacesTest extends StreamTest {
    private CountDownLatch end = new CountDownLatch(1);

    /** A GET is a stream that goes on until the end, and a POST is an ordinary call. */
    private void serve(HttpOptions.Builder options) {
        var goOn = new CountDownLatch(1);
        end = goOn;
        serve(
                call -> {
                    call.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
                            .chunk("first");
                    goOn.await();
                    call.chunk("");
                },
                settings -> settings.http(
                        options.connectTimeout(Duration.ofMillis(100)).build()),
                ctx -> {
                    if (ctx.method().equals(HandlerType.POST)) {
                        ctx.result(alice().get("/free").text());
                    } else {
                        alice().stream(BackendRequest.get("/data"), ctx);
                    }
                });
    }

    @Test
    void streamsBeyondHalfOfThePlacesAre503AndCallsGoOn() throws Exception {
        serve(HttpOptions.builder().maxConnections(4));
        try (var one = rawClient();
                var other = rawClient()) {
            one.readUntil("first");
            other.readUntil("first");

            var third = ask("GET");
            assertThat(third.statusCode()).isEqualTo(503);
            assertThat(third.headers().firstValue("Retry-After")).contains("1");
            assertThat(third.body()).asString().contains("All streams from");
            assertThat(ask("POST").body()).asString().isEqualTo("free");

            end.countDown();
            one.readUntil("0\r\n\r\n");
            other.readUntil("0\r\n\r\n");
        }
        assertThat(ask("GET").statusCode()).isEqualTo(200);
    }

    @Test
    void streamsMayHoldAsManyPlacesAsTheBackendSays() throws Exception {
        serve(HttpOptions.builder().maxConnections(2).streams(2));
        try (var one = rawClient();
                var other = rawClient()) {
            one.readUntil("first");
            other.readUntil("first");

            assertThat(ask("GET").statusCode()).isEqualTo(503);
            end.countDown();
        }
    }
}
