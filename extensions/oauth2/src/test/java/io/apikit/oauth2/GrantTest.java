package io.apikit.oauth2;

import static io.apikit.oauth2.ScriptedIssuer.GOOD;
import static io.apikit.oauth2.ScriptedIssuer.TOKEN_URI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What each grant sends. */
class GrantTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonder land&=+");
    private static final String EXCHANGED =
            GOOD.replace("}", ",\"issued_token_type\":\"urn:ietf:params:oauth:token-type:access_token\"}");

    private final ScriptedIssuer issuer = new ScriptedIssuer().at(TOKEN_URI, 200, GOOD);

    private Login logIn(Credentials credentials, Consumer<OAuth2Options> options) throws LoginRefused {
        return OAuth2.oauth2(options.andThen(each -> each.tokenUri(TOKEN_URI))).logIn(credentials, issuer);
    }

    @Test
    void clientCredentialsSendIdAndSecretOfTheSession() throws LoginRefused {
        var login = logIn(ALICE, options -> options.scope("read write"));

        assertThat(issuer.last().form())
                .isEqualTo("grant_type=client_credentials&scope=read+write&client_id=alice"
                        + "&client_secret=wonder+land%26%3D%2B");
        assertThat(login.signature()).isEqualTo(Map.of("Authorization", "Bearer new-token"));
    }

    @Test
    void passwordGrantSendsTheUserAndTheServicesClient() throws LoginRefused {
        logIn(ALICE, options -> options.passwordGrant().client(Credentials.password("my-service", "its-secret")));

        assertThat(issuer.last().form())
                .isEqualTo("grant_type=password&username=alice&password=wonder+land%26%3D%2B"
                        + "&client_id=my-service&client_secret=its-secret");
    }

    /** As FastAPI's token endpoints want it. */
    @Test
    void passwordGrantNeedsNoClient() throws LoginRefused {
        logIn(ALICE, OAuth2Options::passwordGrant);

        assertThat(issuer.last().form()).isEqualTo("grant_type=password&username=alice&password=wonder+land%26%3D%2B");
    }

    @Test
    void exchangeSendsTheCallersTokenToTheIssuerOnly() throws LoginRefused {
        issuer.at(TOKEN_URI, 200, EXCHANGED);

        var login = logIn(
                Credentials.bearer("callers-own"),
                options -> options.tokenExchange()
                        .client(Credentials.password("my-service", "its-secret"))
                        .subjectTokenType("urn:ietf:params:oauth:token-type:jwt"));

        assertThat(issuer.last().form())
                .isEqualTo("grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Atoken-exchange"
                        + "&subject_token=callers-own"
                        + "&subject_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Ajwt"
                        + "&requested_token_type=urn%3Aietf%3Aparams%3Aoauth%3Atoken-type%3Aaccess_token"
                        + "&client_id=my-service&client_secret=its-secret");
        assertThat(issuer.sent()).hasSize(1);
        assertThat(login.signature()).isEqualTo(Map.of("Authorization", "Bearer new-token"));
    }

    @Test
    void parametersAreSentWithEveryRequestInTheirOrder() throws LoginRefused {
        issuer.at(TOKEN_URI, 200, GOOD.replace("}", ",\"refresh_token\":\"r1\"}"));
        var mode = OAuth2.oauth2(options -> options.tokenUri(TOKEN_URI)
                .passwordGrant()
                .scope("read")
                .parameter("resource", "https://one.example.org")
                .parameter("resource", "https://two.example.org")
                .parameter("audience", "api"));
        var login = mode.logIn(ALICE, issuer);

        mode.renew(login, ALICE, issuer);

        assertThat(issuer.sent()).hasSize(2).allSatisfy(sent -> {
            assertThat(sent.all("resource")).containsExactly("https://one.example.org", "https://two.example.org");
            assertThat(sent.one("audience")).isEqualTo("api");
        });
        assertThat(issuer.last().form()).startsWith("grant_type=refresh_token&refresh_token=r1&resource=");
        assertThat(issuer.last().all("scope")).isEmpty();
    }

    @Test
    void credentialsOfAnotherKindAreRefusedWithoutARequest() {
        assertRefused(Credentials.bearer("x"), options -> {}, "client id");
        assertRefused(Credentials.bearer("x"), OAuth2Options::passwordGrant, "user name");
        assertRefused(ALICE, OAuth2Options::tokenExchange, "bearer token");
        assertThat(issuer.sent()).isEmpty();
    }

    private void assertRefused(Credentials credentials, Consumer<OAuth2Options> options, String asked) {
        assertThatExceptionOfType(LoginRefused.class)
                .isThrownBy(() -> logIn(credentials, options))
                .withMessageContaining(asked);
    }

    @Test
    void challengeFitsTheGrant() {
        assertThat(challenge(options -> {})).startsWith("Basic ");
        assertThat(challenge(OAuth2Options::passwordGrant)).startsWith("Basic ");
        assertThat(challenge(OAuth2Options::tokenExchange)).startsWith("Bearer ");
        assertThat(challenge(options -> options.client(ALICE))).isEqualTo("none");
    }

    private static String challenge(Consumer<OAuth2Options> options) {
        return OAuth2.oauth2(options.andThen(each -> each.tokenUri(TOKEN_URI)))
                .challenge()
                .orElse("none");
    }
}
