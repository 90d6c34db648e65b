package io.apikit.http.internal.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.apikit.BackendError;
import io.apikit.http.BackendRequest;
import io.apikit.http.BreakerPolicy;
import io.apikit.http.Deadline;
import io.apikit.http.FakeTiming;
import io.apikit.http.HttpOptions;
import io.apikit.http.RetryPolicy;
import io.apikit.http.Timing;
import io.apikit.http.internal.resilience.Retries;
import io.apikit.testkit.faulty.FakeForwardProxy;
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Proxies that are old, hostile, slow or down, and tunnels that they close. */
@Timeout(60)
class TunnelFaultsTest {
    private static final String BACKEND = "http://backend.example.org";
    private static final Fault OK = Fault.response(200, "text/plain", "ok");
    private static final BackendRequest GET = BackendRequest.get("/");
    private static final BackendRequest POST = BackendRequest.post("/").json("{}");

    private FakeForwardProxy proxy;

    @BeforeEach
    void start() {
        proxy = FakeForwardProxy.start();
    }

    @AfterEach
    void stop() {
        proxy.close();
    }

    private GatedHttp open(String proxyUrl) {
        return GatedHttp.to(BACKEND, HttpOptions.builder().proxy(proxyUrl).build(), Timing.system());
    }

    private GatedHttp open(FaultyServer backend) {
        proxy.resolve("backend.example.org:80", backend.port());
        return open(proxy.url());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.0 200 Connection established\r\n\r\n",
                "HTTP/1.0 200 OK\r\nProxy-Agent: old/1.0\r\nConnection: close\r\n\r\n",
                "HTTP/1.1 200\r\nProxy-Connection: close\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            })
    void headOfAnOldProxyOpensATunnelThatIsKept(String head) {
        proxy.respond(head);
        try (var backend = FaultyServer.start(OK);
                var http = open(backend)) {
            for (int i = 0; i < 3; i++) {
                assertThat(http.send(POST).text()).isEqualTo("ok");
            }
            assertThat(proxy.tunnels()).hasSize(1);
        }
    }

    static Stream<Arguments> hostileProxies() {
        return Stream.of(
                Arguments.of(Fault.endlessHeaders(), "broke off"),
                Arguments.of(Fault.endlessHeaderLine(), "broke off"),
                Arguments.of(Fault.endlessInterimResponses(), "broke off"),
                Arguments.of(Fault.closeWithoutResponse(), "broke off"),
                Arguments.of(Fault.resetBeforeResponse(), "broke off"),
                Arguments.of(
                        Fault.endless("HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n", "1\r\nx\r\n"), ": 403"),
                Arguments.of(
                        Fault.raw("HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"),
                        "more than a response"));
    }

    @ParameterizedTest
    @MethodSource("hostileProxies")
    void hostileProxyIsABadGateway(Fault fault, String message) {
        try (var hostile = FaultyServer.start(fault);
                var http = open(hostile.url())) {
            var error = catchThrowableOfType(BackendError.class, () -> http.send(POST));

            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains(message).doesNotContain("unknown");
            assertThat(hostile.requests()).allMatch(request -> request.method().equals("CONNECT"));
        }
    }

    @Test
    void deadlineEndsTheWaitForATunnel() {
        try (var slow = FaultyServer.start(Fault.stalledHeaders());
                var http = open(slow.url())) {
            var inTime = Deadline.after(Duration.ofSeconds(1), Timing.system());
            var error = catchThrowableOfType(BackendError.class, () -> http.send(POST.deadline(inTime)));

            assertThat(error.statusCode()).isEqualTo(504);
            assertThat(error.content().orElseThrow()).startsWith("The time for the call to " + BACKEND + " ran out");
        }
    }

    @Test
    void serverThatClosesAfterEachResponseGetsEachPostOnce() {
        var closing = Fault.raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        try (var backend = FaultyServer.start(closing);
                var http = open(backend)) {
            for (int i = 0; i < 20; i++) {
                assertThat(http.send(POST).text()).isEqualTo("ok");
                assertThat(http.send(GET).text()).isEqualTo("ok");
            }
            assertThat(backend.requests().stream().filter(each -> each.method().equals("POST")))
                    .hasSize(20);
        }
    }

    /** A reset of a kept connection would be no fault of the backend, and its request would be sent again. */
    @Test
    void firstRequestInATunnelIsOnNoKeptConnection() {
        try (var backend = FaultyServer.start(Fault.resetBeforeResponse());
                var http = open(backend)) {
            assertThat(catchThrowableOfType(BackendError.class, () -> http.send(GET))
                            .statusCode())
                    .isEqualTo(502);
            assertThat(backend.requestCount()).isOne();
        }
    }

    @Test
    void tunnelsThatTheProxyClosesAreReplaced() {
        try (var backend = FaultyServer.start(OK);
                var http = open(backend)) {
            for (int i = 0; i < 20; i++) {
                assertThat(http.send(POST).text()).isEqualTo("ok");
                proxy.closeTunnels();
                backend.awaitOpen(0);
            }
            assertThat(backend.requestCount()).isEqualTo(20);
            assertThat(proxy.tunnels()).hasSize(20);
        }
    }

    @ParameterizedTest
    @CsvSource({"502, 3", "503, 3", "504, 3", "403, 1", "407, 1", "429, 1", "500, 1"})
    void onlyAProxyThatDoesNotReachTheBackendIsAskedAgain(int status, int times) {
        proxy.respond("HTTP/1.1 " + status + " No\r\nContent-Length: 0\r\n\r\n").resolve("backend.example.org:80", 1);
        try (var http = open(proxy.url())) {
            var retrying = Retries.retrying(RetryPolicy.standard(), http, new FakeTiming());
            var error = catchThrowableOfType(BackendError.class, () -> retrying.send(GET));

            assertThat(error.content().orElseThrow()).contains(": " + status);
            assertThat(proxy.heads()).hasSize(times);
        }
    }

    @Test
    void refusedTunnelsHoldNoConnection() {
        proxy.respond("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n").resolve("backend.example.org:80", 1);
        var options = HttpOptions.builder().proxy(proxy.url()).maxConnections(1).build();
        try (var http = GatedHttp.to(BACKEND, options, Timing.system())) {
            for (int i = 0; i < BareTransport.CONNECTIONS + 2; i++) {
                var error = catchThrowableOfType(BackendError.class, () -> http.send(POST));
                assertThat(error.content().orElseThrow()).endsWith(": 403");
            }
        }
    }

    @Test
    void loginsGoThroughTunnelsOfTheirOwnOrigin() {
        try (var provider = FaultyServer.start(OK);
                var http = open(proxy.url().replace("http://", "http://ops:secret@"))) {
            proxy.require("ops", "secret").resolve("login.example.org:80", provider.port());
            var login = http.at("http://login.example.org").send(POST.header("Authorization", "Basic callers"));

            assertThat(login.text()).isEqualTo("ok");
            assertThat(provider.awaitRequest(1).header("Proxy-Authorization")).isEmpty();
            assertThat(proxy.tunnels()).containsExactly("login.example.org:80");
            assertThat(proxy.heads()).noneMatch(head -> head.contains("callers"));
        }
    }

    @Test
    void refusalsOfAProxyOpenTheCircuit() {
        proxy.require("ops", "right");
        try (var http = open(proxy.url().replace("http://", "http://ops:wrong@"))) {
            var guarded = http.guarded(BreakerPolicy.standard());
            for (int i = 0; i < 60; i++) {
                assertThatExceptionOfType(BackendError.class).isThrownBy(() -> guarded.send(GET));
            }
            assertThat(proxy.heads()).hasSize(50);
        }
    }
}
