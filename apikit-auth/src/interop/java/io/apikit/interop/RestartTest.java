package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Servers that go and come again, and a session that ends by the proxy's clock. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class RestartTest {
    private final Servers servers;

    RestartTest(Servers servers) {
        this.servers = servers;
    }

    @ParameterizedTest
    @CsvSource({"NEW, DEX", "OLD, DEX", "NEW, KEYCLOAK", "OLD, KEYCLOAK"})
    void aRestartOfTheProxyCostsNoLogin(ProxyVersion version, Idp idp) {
        var provider = servers.provider(idp);
        var account = provider.newAccount();
        try (var proxy = servers.proxy(version, provider);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            alice.get("/data");

            proxy.stop();
            assertThat(alice.failure().statusCode()).isEqualTo(502);
            proxy.startAgain();

            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(provider.logins(account)).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({"NEW, DEX", "OLD, DEX", "NEW, KEYCLOAK", "OLD, KEYCLOAK"})
    void whatTheProxyThinksOverIsRenewedBeforeTheClientThinksSo(ProxyVersion version, Idp idp) {
        var provider = servers.provider(idp);
        var account = provider.newAccount();
        try (var proxy = servers.proxy(version, provider, "--cookie-expire=2s");
                var backend = Backends.inStandingTime(proxy)) {
            var alice = new Caller(backend, account);
            alice.get("/data");

            Await.pass(Duration.ofMillis(3_100)); // The cookie's own time is in whole seconds.
            var answers = Crowd.of(50, () -> alice.get("/data"));

            assertThat(answers).containsOnly("GET " + account.email());
            assertThat(provider.logins(account)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSessionOutlivesDexAndALoginWaitsForIt(ProxyVersion version) {
        var dex = servers.dex();
        var account = dex.newAccount();
        try (var proxy = servers.proxy(version, dex);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            var bob = new Caller(backend, dex.newAccount());
            alice.get("/data");

            dex.stop();
            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(bob.failure().statusCode()).isEqualTo(502);
            dex.startAgain();
            if (version == ProxyVersion.OLD) {
                proxy.restart(); // Its Dex has new keys now, and it would keep the old ones for hours.
            }

            Await.until(
                    "a login at the new Dex",
                    Duration.ofSeconds(20),
                    () -> bob.answer("/data").isSuccess());
            assertThat(dex.logins(bob.account())).isOne();
            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(dex.logins(account)).isOne();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSessionOutlivesKeycloakAndALoginWaitsForIt(ProxyVersion version) {
        var keycloak = servers.keycloak();
        var account = keycloak.newAccount();
        var other = keycloak.newAccount();
        try (var proxy = servers.proxy(version, keycloak);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            var bob = new Caller(backend, other);
            alice.get("/data");

            keycloak.stop();
            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(bob.failure().statusCode()).isEqualTo(502);
            keycloak.startAgain();
            keycloak.ready();

            Await.until(
                    "a login at the new Keycloak",
                    Duration.ofSeconds(20),
                    () -> bob.answer("/data").isSuccess());
            assertThat(keycloak.logins(other)).isOne();
            assertThat(keycloak.logins(account)).isOne();
        }
    }
}
