package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A third provider, small and of another make: a login page and a consent page, one after the other. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class OidcProviderTest {
    private final Servers servers;

    OidcProviderTest(Servers servers) {
        this.servers = servers;
    }

    @ParameterizedTest
    @EnumSource
    void fiftyCallsAtExpiryCostOneLogin(ProxyVersion version) {
        try (var provider = new OidcProvider(servers.callback());
                var proxy = servers.proxy(version, provider);
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, provider.newAccount());
            assertThat(alice.get("/data")).isEqualTo("GET " + alice.account().email());

            proxy.restartWithAnotherSecret();

            assertThat(Crowd.of(50, () -> alice.get("/data")))
                    .containsOnly("GET " + alice.account().email());
            assertThat(provider.logins(alice.account())).isEqualTo(2);
        }
    }
}
