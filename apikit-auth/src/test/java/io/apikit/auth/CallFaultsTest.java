package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;
import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.custom.TokenMode;
import io.apikit.http.HttpOptions;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A backend that cannot be reached, does not go on, or says when to come back: what a caller of the service meets. */
class CallFaultsTest extends FrontDoorTest {
    @Test
    void stalledBodyIsA504AtTheDeadline() throws Exception {
        try (var wire = new WireBackend(call -> {
            call.write("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\nhalf");
            call.stall();
        })) {
            var backend = opened(Backend.at(wire.url())
                    .auth(new TokenMode())
                    .http(HttpOptions.builder()
                            .maxConnections(1)
                            .totalTimeout(Duration.ofMillis(400))
                            .build()));
            var port = service(backend, "/data");
            backend.session(ALICE).get("/free").orThrow();

            var answer = askAs("alice", "wonderland", port, "/data");

            assertThat(answer.statusCode()).isEqualTo(504);
            assertThat(answer.body()).contains("\"reason\":\"Gateway Timeout\"").doesNotContain("half");
            wire.awaitLostClient();
            assertThat(wire.requests()).hasSize(1);
            // The only connection there may be is free again.
            assertThat(backend.session(ALICE).get("/free").text()).isEqualTo("free");
        }
    }

    static Stream<Arguments> unreachable() throws Exception {
        String refusing;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            refusing = "http://127.0.0.1:" + taken.getLocalPort();
        }
        return Stream.of(refusing, "http://no-such-host.invalid")
                .flatMap(url -> Stream.of(
                                Authenticator.none(),
                                Authenticator.basic(),
                                new TokenMode(),
                                Authenticator.oauth2Proxy(),
                                Authenticator.clientCredentials(client -> client.tokenUri(url + "/token")))
                        .map(mode -> Arguments.of(url, mode.name(), mode)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("unreachable")
    void serviceOutlivesAnUnreachableBackend(String url, String name, Authenticator mode) throws Exception {
        var port = service(opened(Backend.at(url).auth(mode).timing(timing).random(() -> 0)), "/data");

        for (var i = 0; i < 3; i++) {
            var answer = askAs("alice", "wonderland", port, "/data");
            assertThat(answer.statusCode()).isEqualTo(502);
            assertThat(answer.body()).contains("\"reason\":\"Bad Gateway\"", url);
            assertThat(ask(port, "/").body()).isEqualTo("OK");
            assertThat(ask(port, "/metadata").statusCode()).isEqualTo(200);
            timing.pass(Duration.ofSeconds(5));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 405, 409, 410, 422, 500, 501})
    void permanentErrorReachesTheCallerUnretried(int status) throws Exception {
        try (var wire = answering(status, "")) {
            // Without a login a 401 is no reason to renew one.
            var backend = opened(Backend.at(wire.url())
                    .auth(Authenticator.none())
                    .timing(timing)
                    .random(() -> 0));

            assertThat(ask(service(backend, "/data"), "/data").statusCode()).isEqualTo(status);
            assertThat(wire.requests()).hasSize(1);
            assertThat(timing.slept()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 503})
    void retryAfterInSecondsIsWaitedFor(int status) throws Exception {
        assertThat(sleepsBeforeSuccess(status, "7")).containsExactly(Duration.ofSeconds(7));
    }

    @Test
    void retryAfterWithADateIsWaitedFor() throws Exception {
        assertThat(sleepsBeforeSuccess(503, dateIn(15)))
                .singleElement()
                .satisfies(pause -> assertThat(pause).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(15)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"soon", "-7", "7.5", "7 s", "past", ""})
    void uselessRetryAfterIsAnOrdinaryRetry(String value) throws Exception {
        assertThat(sleepsBeforeSuccess(503, value.equals("past") ? dateIn(-60) : value))
                .singleElement()
                .satisfies(pause -> assertThat(pause).isBetween(Duration.ZERO, Duration.ofMillis(100)));
    }

    /** Beyond the longest delay of 20 s, or beyond the deadline, whoever asks is told at once. */
    @ParameterizedTest
    @ValueSource(strings = {"31536000", "99999999999999999999", "21", "year"})
    void retryAfterOfAYearReachesTheCaller(String value) throws Exception {
        var year = value.equals("year") ? dateIn(31_536_000) : value;
        for (var status : new int[] {429, 503}) {
            try (var wire = answering(status, "Retry-After: " + year + "\r\n")) {
                var backend = opened(Backend.at(wire.url())
                        .auth(Authenticator.none())
                        .timing(timing)
                        .random(() -> 0));

                var answer = ask(service(backend, "/data"), "/data");

                assertThat(answer.statusCode()).isEqualTo(status);
                assertThat(answer.headers().firstValue("Retry-After")).contains(year);
                assertThat(wire.requests()).hasSize(1);
                assertThat(timing.slept()).isEmpty();
            }
        }
    }

    @Test
    void retryAfterBeyondTheDeadlineIsIgnored() throws Exception {
        try (var wire = answering(503, "Retry-After: 10\r\n")) {
            var backend = opened(Backend.at(wire.url())
                    .auth(Authenticator.none())
                    .timing(timing)
                    .random(() -> 0)
                    .http(HttpOptions.builder()
                            .totalTimeout(Duration.ofSeconds(9))
                            .build()));

            assertThat(ask(service(backend, "/data"), "/data").statusCode()).isEqualTo(503);
            assertThat(timing.slept()).isEmpty();
            assertThat(wire.requests()).hasSize(1);
        }
    }

    /** One refusal that says so, then a success: how long was slept in between. */
    private List<Duration> sleepsBeforeSuccess(int status, String retryAfter) throws Exception {
        var first = new AtomicBoolean(true);
        try (var wire = new WireBackend(call -> {
            if (first.getAndSet(false)) {
                call.write("HTTP/1.1 " + status + " Later\r\nRetry-After: " + retryAfter
                        + "\r\nContent-Length: 0\r\n\r\n");
            } else {
                call.write(WireBackend.ok("data"));
            }
        })) {
            var backend = opened(Backend.at(wire.url())
                    .auth(Authenticator.none())
                    .timing(timing)
                    .random(() -> 0));
            assertThat(ask(service(backend, "/data"), "/data").statusCode()).isEqualTo(200);
            assertThat(wire.requests()).hasSize(2);
            return timing.slept();
        }
    }

    private static WireBackend answering(int status, String header) {
        return new WireBackend(
                call -> call.write("HTTP/1.1 " + status + " No\r\n" + header + "Content-Length: 2\r\n\r\nno"));
    }

    private static String dateIn(long seconds) {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(seconds));
    }

    private int service(Backend backend, String path) {
        return serve(
                backend,
                () -> get(
                        path,
                        ctx -> ctx.result(
                                backend.session(ctx).get(path).orThrow().text())));
    }
}
