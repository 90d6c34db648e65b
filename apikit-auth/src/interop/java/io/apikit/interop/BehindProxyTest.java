package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.BackendRequest;
import io.apikit.http.RetryPolicy;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A service of ours behind the real proxies, logged in to by somebody who claims to be somebody else. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class BehindProxyTest {
    private static final String PROXY = "127.0.0.1";
    private static final String ELSEWHERE = "127.0.0.2";
    private static final String PASS_TOKEN = "--pass-access-token";
    private static final BackendRequest DATA = BackendRequest.get("/data");

    private final Servers servers;
    private final RecordingUpstream upstream = new RecordingUpstream();
    private final FrontedService service = service(PROXY);

    BehindProxyTest(Servers servers) {
        this.servers = servers;
    }

    private FrontedService service(String... trusted) {
        return new FrontedService(
                Backend.at(upstream.url())
                        .auth(Authenticator.bearerRelay())
                        .retry(RetryPolicy.none())
                        .build(),
                trusted);
    }

    /** The status of what somebody new there gets through the proxy. */
    private int status(
            ProxyVersion version, IdentityProvider provider, Account account, BackendRequest request, String... flags) {
        try (var proxy = servers.proxyOf(service.url(), version, provider, flags);
                var client = Backends.through(proxy)) {
            return client.session(account.credentials()).send(request).status();
        }
    }

    private void assertCallerIs(Account account) {
        var caller = service.caller();
        var token = new AccessToken(caller.accessToken().orElseThrow());
        assertThat(token.claim("email")).isEqualTo(account.email());
        assertThat(service.received()).containsEntry("x-forwarded-access-token", token.text());
        assertThat(caller.user()).contains(token.claim("sub"));
        assertThat(caller.email()).contains(account.email());

        assertThat(upstream.requests()).hasSize(1);
        var relayed = upstream.requests().get(0);
        assertThat(relayed).containsEntry("authorization", "Bearer " + token.text());
        assertThat(relayed.keySet()).noneMatch(name -> name.startsWith("x-forwarded-") || name.equals("cookie"));
    }

    @ParameterizedTest
    @CsvSource({"NEW, DEX", "OLD, DEX", "NEW, KEYCLOAK", "OLD, KEYCLOAK"})
    void theProxysTokenIsAllThatTheBackendIsShown(ProxyVersion version, Idp idp) {
        var provider = servers.provider(idp);
        var account = provider.newAccount();

        assertThat(status(version, provider, account, DATA, PASS_TOKEN)).isEqualTo(200);

        assertThat(service.received().get("cookie")).contains("_oauth2_proxy");
        assertCallerIs(account);
    }

    @ParameterizedTest
    @CsvSource({"NEW, DEX", "OLD, DEX", "NEW, KEYCLOAK", "OLD, KEYCLOAK"})
    void whoeverSaysToBeSomebodyElseIsNotBelieved(ProxyVersion version, Idp idp) {
        var provider = servers.provider(idp);
        var account = provider.newAccount();
        var forged = DATA.header("X-Forwarded-User", "mallory")
                .header("X-Forwarded-Email", "mallory@example.org")
                .header("X-Forwarded-Preferred-Username", "mallory")
                .header("X-Forwarded-Groups", "mallory")
                .header("X-Forwarded-Access-Token", "mallory")
                .header("X-Auth-Request-User", "mallory");

        assertThat(status(version, provider, account, forged, PASS_TOKEN)).isEqualTo(200);

        assertCallerIs(account);
        assertThat(upstream.requests().toString()).doesNotContain("mallory");
        // No name to us: it is for what asks a proxy, not for what is behind it.
        var received = new TreeMap<>(service.received());
        assertThat(received.remove("x-auth-request-user")).isEqualTo("mallory");
        assertThat(received.toString()).doesNotContain("mallory");
    }

    @ParameterizedTest
    @CsvSource({"NEW, 200", "OLD, 400"})
    void anUnderscoreThatTheOldProxyLetsPassIsRefusedHere(ProxyVersion version, int status) {
        var account = servers.dex().newAccount();
        var forged = DATA.header("X_Forwarded_User", "mallory");

        assertThat(status(version, servers.dex(), account, forged, PASS_TOKEN)).isEqualTo(status);

        assertThat(service.received()).doesNotContainKey("x_forwarded_user");
        assertThat(upstream.requests()).hasSize(status == 200 ? 1 : 0);
    }

    @Test
    void whatTheProxySendsIsWorthNothingFromElsewhere() {
        status(ProxyVersion.NEW, servers.dex(), servers.dex().newAccount(), DATA, PASS_TOKEN);
        var stolen = new TreeMap<>(service.received());
        stolen.keySet().removeIf(name -> !name.startsWith("x-forwarded-"));

        assertThat(new Peer(PROXY).get(service.port(), "/data", stolen)).startsWith("HTTP/1.1 200 ");
        assertRefused(service, ELSEWHERE, stolen, "trusted proxy only");
        try (var other = service(ELSEWHERE);
                var trustsNobody = service()) {
            assertRefused(other, PROXY, stolen, "trusted proxy only");
            assertRefused(trustsNobody, PROXY, stolen, "\"Credentials are needed.\"");
        }
        assertThat(upstream.requests()).hasSize(2);
    }

    private static void assertRefused(FrontedService service, String peer, Map<String, String> headers, String why) {
        assertThat(new Peer(peer).get(service.port(), "/data", headers))
                .startsWith("HTTP/1.1 401 ")
                .contains(why);
    }

    /** Neither proxy takes away what it does not set itself: whoever trusts one must run it with the flag. */
    @ParameterizedTest
    @EnumSource
    void withoutPassAccessTokenAClientsOwnTokenPassesTheProxy(ProxyVersion version) {
        var account = servers.dex().newAccount();
        var forged = DATA.header("X-Forwarded-Access-Token", "mallory");

        assertThat(status(version, servers.dex(), account, forged)).isEqualTo(200);

        assertThat(service.caller().accessToken()).contains("mallory");
        assertThat(service.caller().email()).contains(account.email());
        assertThat(upstream.requests().get(0)).containsEntry("authorization", "Bearer mallory");
    }

    @AfterEach
    void end() {
        service.close();
        upstream.close();
    }
}
