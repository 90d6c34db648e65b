package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator.Verdict;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.AuthorizationHeader;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the client credentials mode sends to the token endpoint, and what it makes of the answers. */
class ClientCredentialsTest {
    private static final Credentials CLIENT = Credentials.password("my:client", "s&cret");
    private final List<String> origins = new ArrayList<>();
    private final List<BackendRequest> sent = new ArrayList<>();
    private int status = 200;

    private Login login(Consumer<ClientCredentialsOptions> more, String body) throws LoginRefused {
        var mode = Authenticator.clientCredentials(options -> {
            options.tokenUri("https://sso.example.org/realms/x/token?v=1");
            more.accept(options);
        });
        return mode.logIn(CLIENT, answering(body));
    }

    private LoginTransport answering(String body) {
        return new LoginTransport() {
            @Override
            public LoginTransport at(String origin) {
                origins.add(origin);
                return this;
            }

            @Override
            public String origin() {
                return "http://backend";
            }

            @Override
            public BackendResponse send(BackendRequest request) {
                sent.add(request);
                return BackendResponse.of(
                        status, Map.of("Content-Type", List.of("application/json")), body.getBytes(UTF_8));
            }
        };
    }

    @Test
    void theTokenEndpointIsAskedAtItsOwnOriginAndTheTokenSigns() throws LoginRefused {
        var login = login(options -> {}, "{\"access_token\":\"t\",\"token_type\":\"bearer\",\"expires_in\":300}");

        assertThat(origins).containsExactly("https://sso.example.org");
        assertThat(sent.get(0).target()).isEqualTo("/realms/x/token?v=1");
        assertThat(sent.get(0).header("Authorization")).isEmpty();
        assertThat(login.signature()).isEqualTo(Map.of("Authorization", "Bearer t"));
        assertThat(login.life()).contains(Duration.ofMinutes(5));
    }

    @Test
    void clientSecretBasicEncodesEachPartFirst() throws LoginRefused {
        login(ClientCredentialsOptions::clientSecretBasic, "{\"access_token\":\"t\"}");

        assertThat(sent.get(0).header("Authorization")).contains(AuthorizationHeader.basic("my%3Aclient", "s%26cret"));
    }

    @Test
    void parametersFollowInTheirOrderAndMayBeRepeated() throws Exception {
        login(
                options -> options.scope("read write")
                        .parameter("resource", "https://one.example.org")
                        .parameter("audience", "a&b")
                        .parameter("resource", "https://two.example.org"),
                "{\"access_token\":\"t\"}");

        var body = new ByteArrayOutputStream();
        sent.get(0).body().orElseThrow().writeTo(body);
        assertThat(body.toString(UTF_8))
                .isEqualTo("grant_type=client_credentials&scope=read+write&client_id=my%3Aclient&client_secret=s%26cret"
                        + "&resource=https%3A%2F%2Fone.example.org&audience=a%26b"
                        + "&resource=https%3A%2F%2Ftwo.example.org");
        assertThat(sent.get(0).body().orElseThrow().contentType()).isEqualTo("application/x-www-form-urlencoded");
    }

    @ParameterizedTest
    @ValueSource(strings = {"grant_type", "scope", "client_id", "client_secret", " Client_Secret", " "})
    void aParameterThatTheModeSetsIsRefusedByName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Authenticator.clientCredentials(options -> options.parameter(name, "hidden")))
                .withMessageContaining("parameter(\"" + name.strip() + "\")")
                .withMessageNotContaining("hidden");
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_scope", "invalid_target", "invalid_request", "unsupported_grant_type"})
    void anOptionOfTheServiceThatIsRefusedIsNoFaultOfTheClient(String code) {
        status = 400;
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> login(options -> {}, "{\"error\":\"" + code + "\",\"error_description\":\"s&cret\"}"))
                .withMessageContaining("(" + code + ")")
                .withMessageNotContaining("s&cret")
                .matches(error -> error.statusCode() == 502, "502");
    }

    @Test
    void aClientThatIsRefusedIsRefused() {
        status = 400;
        assertThatExceptionOfType(LoginRefused.class)
                .isThrownBy(() -> login(options -> {}, "{\"error\":\"invalid_client\"}"));
    }

    @Test
    void theSignsOfAnExpiredTokenAreTheOptions() {
        assertThat(verdict(options -> {}, 401)).isEqualTo(Verdict.EXPIRED);
        assertThat(verdict(options -> options.renewOn(419), 419)).isEqualTo(Verdict.EXPIRED);
        assertThat(verdict(options -> options.renewOn(419), 401)).isEqualTo(Verdict.ACCEPTED);
        assertThat(verdict(options -> options.renewWhen(each -> each.text().equals("expired")), 200))
                .isEqualTo(Verdict.EXPIRED_CARRIED_OUT);
        assertThat(verdict(options -> options.renewWhen(each -> true).meansNothingDone(), 200))
                .isEqualTo(Verdict.EXPIRED);
    }

    private Verdict verdict(Consumer<ClientCredentialsOptions> more, int status) {
        var response = BackendResponse.of(status, Map.of(), "expired".getBytes(UTF_8));
        var options = more.andThen(each -> each.tokenUri("https://sso.example.org/token"));
        return Authenticator.clientCredentials(options).judge(response, Login.of(Map.of()), answering(""));
    }

    @Test
    void theMarginIsTheLogins() throws LoginRefused {
        var login =
                login(options -> options.margin(Duration.ofMinutes(1)), "{\"access_token\":\"t\",\"expires_in\":300}");

        assertThat(login.margin()).contains(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"Bearer", "bearer", "BEARER", "BearerToken", "bearer_token", "Bearer Token", " Bearer ", ""})
    void aBearerTokenMayBeCalledOtherwise(String type) throws LoginRefused {
        var login = login(options -> {}, "{\"access_token\":\" t\\n\",\"token_type\":\"" + type + "\"}");

        assertThat(login.signature()).containsEntry("Authorization", "Bearer t");
    }

    /** Sent as a bearer token, one that is bound to a key could be used by any server that sees it. */
    @ParameterizedTest
    @ValueSource(strings = {"mac", "DPoP", "N_A", "pop", "token", "bearers"})
    void aTokenThatIsNoBearersIsABrokenLogin(String type) {
        var response = "{\"access_token\":\"t\",\"token_type\":\"" + type + "\"}";
        assertThatExceptionOfType(BackendError.class).isThrownBy(() -> login(options -> {}, response));
    }

    @Test
    void theTokenEndpointMayHaveAnUnderscoreInItsHost() throws LoginRefused {
        login(options -> options.tokenUri("http://id_p:8080/token"), "{\"access_token\":\"t\"}");

        assertThat(origins).contains("http://id_p:8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/token",
                "ftp://x/token",
                "https:///token",
                "https://user:hidden@sso.example.org/t",
                "https://x/t#f",
                "::"
            })
    void aTokenUriThatIsNoneIsRefusedWithoutEchoingIt(String uri) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Authenticator.clientCredentials(options -> options.tokenUri(uri)))
                .withMessageContaining("tokenUri")
                .withMessageNotContaining("hidden");
    }

    @Test
    void withoutATokenUriThereIsNoMode() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Authenticator.clientCredentials(options -> {}))
                .withMessageContaining("tokenUri");
    }
}
