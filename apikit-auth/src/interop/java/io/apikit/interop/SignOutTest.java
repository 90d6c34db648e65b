package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sessions that end, and rights that go, at the identity provider. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class SignOutTest {
    private final Servers servers;

    SignOutTest(Servers servers) {
        this.servers = servers;
    }

    /** The proxy learns it only where it renews its cookies. */
    @ParameterizedTest
    @EnumSource
    void signOutAtTheProviderIsMetByOneNewLogin(ProxyVersion version) {
        var keycloak = servers.keycloak();
        var provider = servers.refreshing(version, Idp.KEYCLOAK);
        var account = keycloak.newAccount();
        try (var proxy = servers.proxy(version, provider, ProxyVersion.REFRESH);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            alice.get("/data");

            keycloak.signOut(account);
            Await.pass(version.dueForRefresh());

            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(keycloak.logins(account)).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void whoIsNoLongerInTheGroupIsNotLoggedInAgainAndAgain(ProxyVersion version) {
        var keycloak = servers.keycloak();
        var account = keycloak.newAccount();
        try (var proxy = servers.proxy(version, keycloak, "--allowed-group=" + Realm.STAFF);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());

            keycloak.removeFromStaff(account);
            proxy.restartWithAnotherSecret();

            for (var i = 0; i < 5; i++) {
                assertThat(alice.failure().statusCode()).isEqualTo(401);
                assertThat(alice.failure().getMessage()).contains("does not admit this account");
            }
            assertThat(keycloak.logins(account)).isEqualTo(2);
        }
    }

    /** Each call shows the proxy the same renewed cookies, and is denied by the same page. */
    @Test
    void whoLeavesTheGroupInMidSessionIsDeniedWithoutALogin() {
        var keycloak = servers.keycloak();
        var account = keycloak.newAccount();
        try (var proxy = servers.proxy(
                        ProxyVersion.NEW, keycloak, ProxyVersion.REFRESH, "--allowed-group=" + Realm.STAFF);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            alice.get("/data");

            keycloak.removeFromStaff(account);
            Await.pass(ProxyVersion.NEW.dueForRefresh());

            for (var i = 0; i < 5; i++) {
                assertThat(alice.answer("/data").status()).isEqualTo(403);
            }
            assertThat(keycloak.logins(account)).isOne();
        }
    }
}
