package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.ApiPlugin;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import io.javalin.Javalin;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a client, and to the backend's connection, when one of the two goes away or stalls. */
class StreamFaultsTest extends StreamTest {
    private static final String CHUNKED =
            "HTTP/1.1 200 OK\r\nContent-Language: de\r\nTransfer-Encoding: chunked\r\n\r\n";

    @Test
    void failureBeforeTheFirstByteIsA502() throws Exception {
        var server = passing(call -> call.write(CHUNKED).breakOff());

        var answer = ask("GET");

        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.body()).asString(UTF_8).contains("\"reason\":\"Bad Gateway\"", "broke off");
        assertThat(answer.headers().firstValue("Content-Language")).isEmpty();
        assertThat(server.requests()).hasSize(1);
    }

    /** A request that has the ordinary limits shows that more than those has passed. */
    @Test
    void eventStreamWithAnIdleTimeoutMayBeSilentBeyondAllOtherLimits() throws Exception {
        var later = new CountDownLatch(1);
        var server = serve(
                call -> {
                    if (!call.received().line().startsWith("GET /events ")) {
                        call.stall();
                    }
                    call.write(
                            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
                    later.await();
                    call.chunk("data: 1\n\n").chunk("").breakOff();
                },
                settings -> settings.http(options()
                        .maxConnections(2)
                        .responseTimeout(Duration.ofMillis(200))
                        .totalTimeout(Duration.ofMillis(400))
                        .build()),
                ctx -> alice().stream(BackendRequest.get("/events").idleTimeout(Duration.ofMinutes(2)), ctx));

        try (var client = rawClient()) {
            server.awaitRequests(1);
            SessionTest.assertFails(
                    504, () -> alice().send(BackendRequest.get("/slow").idleTimeout(Duration.ofMinutes(2))));
            later.countDown();
            client.readUntil("data: 1");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n", "Content-Length: 100\r\n\r\nfirst"})
    void laterFailureEndsTheClientsConnection(String begun) throws Exception {
        var seen = new CountDownLatch(1);
        var server = serve(
                call -> {
                    call.write("HTTP/1.1 200 OK\r\n" + begun);
                    seen.await();
                    call.breakOff();
                },
                settings -> settings.retry(RetryPolicy.standard()),
                ctx -> alice().stream(BackendRequest.get("/data"), ctx));

        try (var client = rawClient()) {
            client.readUntil("first");
            seen.countDown();
            assertThat(client.readToTheEnd()).doesNotContain("0\r\n\r\n", "502", "error_content");
        }
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void laterFailureEndsTheConnectionInAnyApp() throws Exception {
        var seen = new CountDownLatch(1);
        serve(
                call -> {
                    call.write(CHUNKED).chunk("first");
                    seen.await();
                    call.breakOff();
                },
                ctx -> {});
        var plain = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.registerPlugin(new ApiPlugin(metadata(), api -> {}));
                    config.routes.get("/data", ctx -> alice().stream(BackendRequest.get("/data"), ctx));
                })
                .start("127.0.0.1", 0);

        try (var client = new RawClient(plain.port(), "GET /data HTTP/1.1\r\nHost: x\r\n\r\n")) {
            client.readUntil("first");
            seen.countDown();
            assertThat(client.readToTheEnd()).doesNotContain("0\r\n\r\n");
        } finally {
            plain.stop();
        }
    }

    @Test
    void noRejectionOnceBytesWereSent() throws Exception {
        var seen = new CountDownLatch(1);
        var server = passing(call -> {
            call.write(CHUNKED).chunk("first");
            seen.await();
            call.chunk("HTTP/1.1 401 Unauthorized").chunk("");
        });

        try (var client = rawClient()) {
            client.readUntil("first");
            server.expire();
            seen.countDown();
            assertThat(client.readUntil("0\r\n\r\n")).contains("401 Unauthorized");
        }
        assertThat(server.logins()).isOne();
        assertThat(server.requests()).hasSize(1);
    }

    @Test
    void clientThatGoesAwayEndsTheBackendsCall() throws Exception {
        var server = passing(call -> {
            call.write(CHUNKED);
            while (true) {
                call.chunk("and so on ".repeat(500));
            }
        });

        try (var client = rawClient()) {
            client.readUntil("and so on");
        }

        server.awaitLostClient();
    }

    @Test
    void stalledBodyEndsAfterTheResponseTimeout() throws Exception {
        var server = serve(
                call -> {
                    call.write(CHUNKED).chunk("first");
                    call.stall();
                },
                settings -> settings.http(
                        options().responseTimeout(Duration.ofMillis(300)).build()),
                ctx -> alice().stream(BackendRequest.get("/data"), ctx));

        try (var client = rawClient()) {
            client.readUntil("first");
            assertThat(client.readToTheEnd()).doesNotContain("0\r\n\r\n");
        }
        server.awaitLostClient();
    }

    @Test
    void stallBeforeTheFirstByteIsA504() throws Exception {
        serve(
                call -> {
                    call.write(CHUNKED);
                    call.stall();
                },
                settings -> settings.http(
                        options().responseTimeout(Duration.ofMillis(300)).build()),
                ctx -> alice().stream(BackendRequest.get("/data"), ctx));

        assertThat(ask("GET").statusCode()).isEqualTo(504);
    }

    @Test
    void streamMayTakeLongerThanTheTotalTime() throws Exception {
        dripping(BackendRequest.get("/data"));

        try (var client = rawClient()) {
            assertThat(client.readUntil("0\r\n\r\n")).contains("last");
        }
    }

    @Test
    void requestsOwnTimeoutLimitsTheWholeStream() throws Exception {
        var server = dripping(BackendRequest.get("/data").timeout(Duration.ofMillis(400)));

        try (var client = rawClient()) {
            assertThat(client.readToTheEnd()).contains("first").doesNotContain("last");
        }
        server.awaitLostClient();
    }

    /** A backend that takes at least 800 ms, where the total time is 400 ms. */
    private WireBackend dripping(BackendRequest request) {
        var never = new CountDownLatch(1);
        return serve(
                call -> {
                    call.write(CHUNKED).chunk("first");
                    for (int i = 0; i < 8; i++) {
                        drip(never, call);
                    }
                    call.chunk("last").chunk("");
                },
                settings -> settings.http(
                        options().totalTimeout(Duration.ofMillis(400)).build()),
                ctx -> alice().stream(request, ctx));
    }

    private static void drip(CountDownLatch never, WireBackend.Call call) throws IOException, InterruptedException {
        if (never.await(100, TimeUnit.MILLISECONDS)) {
            throw new AssertionError("nobody counts it down");
        }
        call.chunk("more");
    }
}
