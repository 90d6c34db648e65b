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
import io.apikit.testkit.faulty.Fault;
import io.apikit.testkit.faulty.FaultyServer;
import io.apikit.testkit.tls.TlsLevel;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A redirect is an answer: nobody follows it, and nothing that was sent to one server goes to another. */
@Timeout(30)
class RedirectsTest {
    private static final BackendRequest GET = BackendRequest.get("/private")
            .header("Authorization", "Bearer secret")
            .header("Cookie", "session=secret")
            .header("X-API-KEY", "secret");

    @ParameterizedTest
    @ValueSource(ints = {300, 301, 302, 303, 307, 308})
    void redirectToAnotherPortIsNotFollowed(int status) {
        try (var other = FaultyServer.start(Fault.response(200, "text/plain", "stolen"));
                var server = FaultyServer.start(Fault.redirect(status, other.url() + "/private"))) {
            assertAnswered(server, other, HttpOptions.builder(), status);
        }
    }

    @Test
    void redirectToAnotherHostIsNotFollowed() {
        try (var other = FaultyServer.start(Fault.response(200, "text/plain", "stolen"));
                var server = FaultyServer.start(Fault.redirect(302, "http://localhost:" + other.port() + "/"))) {
            assertAnswered(server, other, HttpOptions.builder(), 302);
        }
    }

    @Test
    void redirectFromHttpsToHttpIsNotFollowed() {
        try (var other = FaultyServer.start(Fault.response(200, "text/plain", "stolen"));
                var server = FaultyServer.builder(Fault.redirect(302, other.url() + "/"))
                        .tls(TlsLevel.CA_SIGNED)
                        .start()) {
            assertAnswered(server, other, HttpOptions.builder().tls(Tls.trusting(server.caPem())), 302);
        }
    }

    @Test
    void redirectLoopIsOneRequestAndOneResponse() {
        try (var server = FaultyServer.start(Fault.redirectLoop());
                var transport = open(server, HttpOptions.builder())) {
            assertThat(transport.send(GET).status()).isEqualTo(302);
            assertThat(server.requestCount()).isEqualTo(1);
        }
    }

    static List<Fault> hostileRedirects() {
        return Fault.hostileRedirects("127.0.0.1:1");
    }

    @ParameterizedTest
    @MethodSource("hostileRedirects")
    void hostileLocationIsNeverCalledOrQuoted(Fault redirect) {
        try (var server = FaultyServer.start(redirect);
                var transport = open(server, HttpOptions.builder())) {
            try {
                var answer = transport.send(GET);
                assertThat(answer.status()).isEqualTo(302);
                assertThat(answer.headers()).doesNotContainKey("X-Injected");
            } catch (BackendError error) {
                assertThat(error.statusCode()).isEqualTo(502);
                assertThat(error.content().orElseThrow()).doesNotContain("Injected", "password", "127.0.0.1:1/");
            }
            assertThat(server.requestCount()).isEqualTo(1);
            assertThat(server.connections()).isEqualTo(1);
        }
    }

    @Test
    void retriesDoNotFollowARedirectLoop() {
        try (var server = FaultyServer.start(Fault.redirectLoop());
                var transport = open(server, HttpOptions.builder())) {
            var retrying = Retries.retrying(RetryPolicy.standard(), transport, new FakeTiming());
            assertThat(retrying.send(GET).status()).isEqualTo(302);
            assertThat(server.requestCount()).isEqualTo(1);
        }
    }

    @Test
    void locationTooLongToReadIsA502() {
        try (var server = FaultyServer.start(Fault.redirect(302, "/" + "x".repeat(100_000)));
                var transport = open(server, HttpOptions.builder())) {
            var error = catchThrowableOfType(BackendError.class, () -> transport.send(GET));
            assertThat(error.statusCode()).isEqualTo(502);
            assertThat(error.content().orElseThrow()).contains("too large headers");
        }
    }

    static List<Fault> hostileCookies() {
        return Fault.hostileCookies();
    }

    @ParameterizedTest
    @MethodSource("hostileCookies")
    void hostileCookieIsNeverSentBack(Fault cookies) {
        try (var server = FaultyServer.start(cookies);
                var transport = open(server, HttpOptions.builder())) {
            for (int i = 1; i <= 2; i++) {
                try {
                    assertThat(transport.send(BackendRequest.get("/")).text()).isEqualTo("ok");
                } catch (BackendError error) {
                    assertThat(error.statusCode()).isEqualTo(502);
                }
                assertThat(server.awaitRequest(i).header("Cookie")).isEmpty();
            }
        }
    }

    private static void assertAnswered(
            FaultyServer server, FaultyServer other, HttpOptions.Builder options, int status) {
        try (var transport = open(server, options)) {
            var retrying = Retries.retrying(RetryPolicy.standard(), transport, new FakeTiming());
            for (var request : List.of(GET, BackendRequest.post("/private").form(Map.of("password", "x")))) {
                assertThat(retrying.send(request).status()).isEqualTo(status);
            }
            assertThat(server.requestCount()).isEqualTo(2);
            assertThat(other.connections()).isZero();
        }
    }

    private static GatedHttp open(FaultyServer server, HttpOptions.Builder options) {
        return GatedHttp.to(
                server.url(), options.totalTimeout(Duration.ofSeconds(10)).build(), Timing.system());
    }
}
