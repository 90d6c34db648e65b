package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A route of the proxy that needs no session, and requests to it that must not be sent twice. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class SkipAuthRouteTest {
    private static final List<Integer> STATUSES = List.of(200, 201, 204, 404, 500);

    private final Servers servers;

    SkipAuthRouteTest(Servers servers) {
        this.servers = servers;
    }

    @ParameterizedTest
    @CsvSource({"NEW, 200", "NEW, 201", "NEW, 204", "NEW, 404", "NEW, 500", "OLD, 201"})
    void postWithAnExpiredCookieReachesTheBackendOnce(ProxyVersion version, int status) {
        var account = servers.dex().newAccount();
        try (var proxy = servers.proxy(version, servers.dex(), "--cookie-expire=2s", "--skip-auth-route=POST=^/open/");
                var backend = Backends.inStandingTime(proxy)) {
            var alice = new Caller(backend, account);
            alice.get("/data");
            Await.pass(Duration.ofMillis(3_100)); // The cookie's own time is in whole seconds.
            servers.upstream().opened();

            var response = backend.session(account.credentials()).post("/open/" + status, "job");

            assertThat(response.status()).isEqualTo(status);
            assertThat(servers.upstream().opened()).containsExactly("nobody");
            assertThat(response.header("Set-Cookie").orElse("none"))
                    .startsWith(version == ProxyVersion.NEW ? "_oauth2_proxy_0=;" : "none");
            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(servers.dex().logins(account)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @CsvSource({"NEW", "OLD"})
    void postWithASessionOfAnotherSecretReachesTheBackendOnce(ProxyVersion version) {
        var account = servers.dex().newAccount();
        try (var proxy = servers.proxy(version, servers.dex(), "--skip-auth-route=POST=^/open/");
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            alice.get("/data");
            proxy.restartWithAnotherSecret();
            servers.upstream().opened();

            for (int status : STATUSES) {
                var response = backend.session(account.credentials()).post("/open/" + status, "job");
                assertThat(response.status()).isEqualTo(status);
            }

            // The new proxy reads the cookie there. So the first response ends the session, and the second request
            // renews it.
            var first = version == ProxyVersion.NEW ? account.email() : "nobody";
            assertThat(servers.upstream().opened()).containsExactly("nobody", first, first, first, first);
            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(servers.dex().logins(account)).isEqualTo(2);
        }
    }
}
