package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What an identity provider asks for or refuses, and a program must leave to the account's owner. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class RefusalTest {
    private final Servers servers;

    RefusalTest(Servers servers) {
        this.servers = servers;
    }

    @ParameterizedTest
    @CsvSource({"NEW, DEX", "OLD, DEX", "NEW, KEYCLOAK", "OLD, KEYCLOAK"})
    void aWrongPasswordMeetsTheProviderOnce(ProxyVersion version, Idp idp) {
        var provider = servers.provider(idp);
        var good = provider.newAccount();
        var wrong = new Account(good.login(), good.email(), "looking-glass");
        try (var proxy = servers.proxy(version, provider);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, wrong);

            Crowd.of(20, alice::failure).forEach(error -> {
                assertThat(error.statusCode()).isEqualTo(401);
                assertThat(error.getMessage()).contains("wrong user name or password");
            });

            assertThat(provider.refusals(good)).isOne();
            assertThat(new Caller(backend, good).get("/data")).isEqualTo("GET " + good.email());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDisabledUserIsRefused(ProxyVersion version) {
        var keycloak = servers.keycloak();
        var account = keycloak.newAccount();
        try (var proxy = servers.proxy(version, keycloak);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);
            alice.get("/data");
            keycloak.change(account, Map.of("enabled", false));

            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            proxy.restartWithAnotherSecret();

            assertThat(alice.failure().statusCode()).isEqualTo(401);
            assertThat(alice.failure().statusCode()).isEqualTo(401);
            assertThat(keycloak.refusals(account)).isOne();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "NEW, CONFIGURE_TOTP",
        "NEW, UPDATE_PASSWORD",
        "NEW, UPDATE_PROFILE",
        "OLD, CONFIGURE_TOTP",
        "OLD, UPDATE_PASSWORD"
    })
    void aRequiredActionIsLeftToTheOwner(ProxyVersion version, String action) {
        var keycloak = servers.keycloak();
        var account = keycloak.newAccount();
        keycloak.change(account, Map.of("requiredActions", List.of(action)));
        assertRefused(version, keycloak, account, "owner's attention");
    }

    @ParameterizedTest
    @EnumSource
    void aSecondFactorIsNotGuessed(ProxyVersion version) {
        var keycloak = servers.keycloak();
        var account = keycloak.newAccount();
        keycloak.giveOneTimeCodes(account);
        assertRefused(version, keycloak, account, "second factor");
    }

    @ParameterizedTest
    @CsvSource({"NEW, DEX", "OLD, DEX", "NEW, KEYCLOAK", "OLD, KEYCLOAK"})
    void consentIsGivenOnlyByThoseToldTo(ProxyVersion version, Idp idp) {
        var provider = idp == Idp.DEX ? servers.dex() : servers.keycloak().as(Realm.CONSENT);
        var account = provider.newAccount();
        try (var proxy = servers.proxy(version, provider)) {
            try (var backend = Backends.through(proxy, false)) {
                var error = new Caller(backend, account).failure();
                assertThat(error.statusCode()).isEqualTo(401);
                assertThat(error.getMessage()).contains("consent");
            }
            try (var backend = Backends.through(proxy, true)) {
                assertThat(new Caller(backend, account).get("/data")).isEqualTo("GET " + account.email());
            }
        }
    }

    private void assertRefused(ProxyVersion version, Keycloak keycloak, Account account, String why) {
        try (var proxy = servers.proxy(version, keycloak);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account);

            Crowd.of(10, alice::failure).forEach(error -> {
                assertThat(error.statusCode()).isEqualTo(401);
                assertThat(error.getMessage()).contains(why);
            });
            assertThat(keycloak.logins(account)).isZero();
        }
    }
}
