package io.apikit.oauth2;

import static io.apikit.oauth2.ScriptedIssuer.TOKEN_URI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options are refused, and what those of the renewal mean. */
class OAuth2OptionsTest {
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "grant_type",
                "scope",
                "client_id",
                "client_secret",
                "client_assertion",
                "username",
                "password",
                "refresh_token",
                "subject_token",
                "requested_token_type",
                "Password ",
            })
    void parameterThatTheModeSetsIsRefusedByName(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2.oauth2(options -> options.parameter(name, "secret-value")))
                .withMessageContaining("parameter(\"" + name.strip() + "\")")
                .withMessageNotContaining("secret-value");
    }

    @Test
    void optionsThatDoNotFitTogetherAreRefused() {
        assertMistake("issuer or a tokenUri", options -> {});
        assertMistake("absolute http or https", options -> options.tokenUri("ftp://id.example.org/secret"));
        assertMistake("absolute http or https", options -> options.issuer("https://user:secret@id.example.org"));
        assertMistake("no query", options -> options.issuer("https://id.example.org?secret=1"));
        assertMistake("is no URI", options -> options.issuer("https://id example org/secret"));
        assertMistake("proves nothing", options -> options.tokenUri(TOKEN_URI).clientId("my-service"));
        assertMistake(
                "either client",
                options -> options.tokenUri(TOKEN_URI).clientId("my-service").client(ALICE));
        assertMistake("Credentials.password", options -> options.client(Credentials.bearer("secret")));
        assertMistake("privateKeyJwt", options -> options.tokenUri(TOKEN_URI).keyId("1"));
        assertMistake("RS256, PS256", options -> options.signingAlgorithm("HS256"));
        assertMistake("margin", options -> options.margin(Duration.ZERO));
        assertMistake("renewOn", options -> options.tokenUri(TOKEN_URI).renewOn(99));
    }

    private static void assertMistake(String message, Consumer<OAuth2Options> options) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OAuth2.oauth2(options))
                .withMessageContaining(message)
                .withMessageNotContaining("secret-")
                .withMessageNotContaining("user:");
    }

    @Test
    void signsOfAnExpiredTokenAreTheOptions() {
        var response = ScriptedIssuer.json(200, "{\"error\":\"token expired\"}");
        var rejected = ScriptedIssuer.json(419, "");
        assertThat(verdict(options -> {}, ScriptedIssuer.json(401, ""))).isEqualTo("EXPIRED");
        assertThat(verdict(options -> options.renewOn(419), rejected)).isEqualTo("EXPIRED");
        assertThat(verdict(options -> options.renewOn(419), ScriptedIssuer.json(401, "")))
                .isEqualTo("ACCEPTED");
        assertThat(verdict(options -> {}, response)).isEqualTo("ACCEPTED");
        assertThat(verdict(options -> options.renewWhen(each -> each.text().contains("token expired")), response))
                .isEqualTo("EXPIRED_CARRIED_OUT");
        assertThat(verdict(
                        options -> options.renewWhen(each -> each.text().contains("token expired"))
                                .meansNothingDone(),
                        response))
                .isEqualTo("EXPIRED");
    }

    private static String verdict(Consumer<OAuth2Options> options, BackendResponse response) {
        return OAuth2.oauth2(options.andThen(each -> each.tokenUri(TOKEN_URI)))
                .judge(response, Login.of(Map.of()), new ScriptedIssuer())
                .name();
    }
}
