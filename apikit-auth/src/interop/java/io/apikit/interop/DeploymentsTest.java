package io.apikit.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How oauth2-proxy is deployed beyond one proxy in front of one backend. */
@Tag("interop")
@ExtendWith(Servers.Shared.class)
class DeploymentsTest {
    /** Which deployment. */
    enum Kind {
        ONE_ORIGIN,
        ONE_ORIGIN_OLD_PROXY,
        CENTRAL_HOST,
        CENTRAL_HOST_OLD_PROXY,
        INTERNAL_ADDRESS,
        INTERNAL_ADDRESS_OLD_PROXY,
        CHOICE_OF_CONNECTORS,
        CHOICE_OF_CONNECTORS_OLD_PROXY,
        SAML_BROKER_BY_HINT,
        SAML_BROKER_BY_LINK,
        FORM_POST;

        private Deployment start(Servers servers) {
            return switch (this) {
                case ONE_ORIGIN -> new OneOrigin(ProxyVersion.NEW);
                case ONE_ORIGIN_OLD_PROXY -> new OneOrigin(ProxyVersion.OLD);
                case CENTRAL_HOST -> new CentralHost(ProxyVersion.NEW);
                case CENTRAL_HOST_OLD_PROXY -> new CentralHost(ProxyVersion.OLD);
                case INTERNAL_ADDRESS -> new InternalAddress(ProxyVersion.NEW);
                case INTERNAL_ADDRESS_OLD_PROXY -> new InternalAddress(ProxyVersion.OLD);
                case CHOICE_OF_CONNECTORS -> new ChoiceOfConnectors(ProxyVersion.NEW);
                case CHOICE_OF_CONNECTORS_OLD_PROXY -> new ChoiceOfConnectors(ProxyVersion.OLD);
                case SAML_BROKER_BY_HINT -> AlphaProxy.byHint(servers.keycloak().broker());
                case SAML_BROKER_BY_LINK -> AlphaProxy.byLink(servers.keycloak().broker());
                case FORM_POST -> AlphaProxy.withFormPost(servers.keycloak());
            };
        }
    }

    private final Servers servers;

    DeploymentsTest(Servers servers) {
        this.servers = servers;
    }

    /** All of it at one deployment: starting one takes longer than the test. */
    @ParameterizedTest
    @EnumSource
    void callersLogInAreRenewedAndRefused(Kind kind) {
        try (var deployment = kind.start(servers);
                var backend = deployment.backend()) {
            fiftyCallsAfterTheSessionsEndedCostOneLogin(deployment, backend);
            aWrongPasswordIsSentOnce(deployment.provider(), backend);
        }
    }

    private static void fiftyCallsAfterTheSessionsEndedCostOneLogin(Deployment deployment, Backend backend) {
        var provider = deployment.provider();
        var alice = new Caller(backend, provider.newAccount());
        var bob = new Caller(backend, provider.newAccount());
        assertThat(List.of(alice.get("/data"), bob.get("/data")))
                .containsExactly(
                        "GET " + alice.account().email(), "GET " + bob.account().email());

        deployment.endSessions();

        assertThat(Crowd.of(50, () -> alice.get("/data")))
                .containsOnly("GET " + alice.account().email());
        assertThat(provider.logins(alice.account())).isEqualTo(2);
        assertThat(bob.get("/data")).isEqualTo("GET " + bob.account().email());
        assertThat(provider.logins(bob.account())).isEqualTo(2);
    }

    private static void aWrongPasswordIsSentOnce(IdentityProvider provider, Backend backend) {
        var account = provider.newAccount();
        var wrong = new Caller(backend, new Account(account.login(), account.email(), "not " + account.password()));

        assertThat(wrong.failure().statusCode()).isEqualTo(401);
        assertThat(wrong.failure().statusCode()).isEqualTo(401);

        assertThat(provider.refusals(account)).isOne();
        assertThat(provider.logins(account)).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void withoutLoginPagesThePageOfTheBackendsOwnOriginGetsNoPassword(ProxyVersion version) {
        try (var deployment = new OneOrigin(version);
                var backend = deployment.backend(Authenticator.oauth2Proxy())) {
            var account = deployment.provider().newAccount();
            var alice = new Caller(backend, account);

            assertThat(alice.failure()).hasMessageContaining(Dex.PATH);

            assertThat(deployment.provider().logins(account)).isZero();
            assertThat(deployment.provider().refusals(account)).isZero();
        }
    }
}
