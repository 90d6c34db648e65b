package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every cell: login, call, expiry on the proxy, 50 calls at once and one login for them all. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class MatrixTest {
    private final Servers servers;

    MatrixTest(Servers servers) {
        this.servers = servers;
    }

    @ParameterizedTest
    @MethodSource("io.apikit.interop.Cell#all")
    void fiftyCallsAtExpiryCostOneLogin(Cell cell) {
        var provider =
                cell.isRefreshing() ? servers.refreshing(cell.proxy(), cell.idp()) : servers.provider(cell.idp());
        var account = provider.newAccount();
        try (var proxy = servers.proxy(cell.proxy(), provider, cell.flags());
                var backend = Backends.through(proxy)) {
            var alice = new Caller(backend, account, cell.signal());

            assertThat(alice.get("/data")).isEqualTo("GET " + account.email());
            assertThat(alice.get("/cookies")).contains("_oauth2_proxy_0=", "_oauth2_proxy_1=");
            assertThat(provider.logins(account)).isOne();
            if (cell.isRefreshing()) {
                assertThat(alice.callsAtRefresh(cell.proxy(), 10)).containsOnly("GET " + account.email());
            }
            var before = provider.logins(account);
            assertThat(before).isLessThanOrEqualTo(provider.loginsAtRefresh());

            proxy.restartWithAnotherSecret();
            var answers = Crowd.of(50, () -> alice.get("/data"));

            assertThat(answers).containsOnly("GET " + account.email());
            assertThat(provider.logins(account)).isEqualTo(before + 1);
            assertThat(provider.refusals(account)).isZero();
        }
    }
}
