package io.apikit.oauth2;

import static io.apikit.oauth2.ScriptedIssuer.TOKEN_URI;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.http.Timing;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a response with a token means: its type, its life, and what is kept for the renewal. */
class GrantResponseTest {
    private static final long NOW = 1_800_000_000;
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");

    private final ScriptedIssuer issuer = new ScriptedIssuer();

    private static Authenticator mode(boolean exchange) {
        return OAuth2.oauth2(
                options -> {
                    options.tokenUri(TOKEN_URI);
                    if (exchange) {
                        options.tokenExchange();
                    }
                },
                Timing.system(),
                InstantSource.fixed(Instant.ofEpochSecond(NOW)));
    }

    private Login logIn(String json) throws LoginRefused {
        issuer.at(TOKEN_URI, 200, json);
        return mode(false).logIn(ALICE, issuer);
    }

    private Login exchange(String subject, String json) throws LoginRefused {
        issuer.at(TOKEN_URI, 200, json);
        return mode(true).logIn(Credentials.bearer(subject), issuer);
    }

    private static String jwt(long issued, long expires) {
        return "e30." + Jwt.encoded(Map.of("iat", issued, "exp", expires)) + ".c2ln";
    }

    @ParameterizedTest
    @CsvSource({
        "300, PT5M",
        "'\"300\"', PT5M",
        "300.0, PT5M",
        "1e99, PT876000H",
        "0, null",
        "-1, null",
        "null, null",
        "'\"soon\"', null",
    })
    void lifeIsExpiresIn(String expiresIn, String life) throws LoginRefused {
        var login = logIn("{\"access_token\":\"t\",\"token_type\":\"Bearer\",\"refresh_token\":\"r\","
                + "\"refresh_expires_in\":7,\"expires_in\":" + expiresIn + "}");

        assertThat(login)
                .hasToString("Login[headers=[Authorization], cookies=[], secrets=[access_token, refresh_token],"
                        + " life=" + life + "]");
    }

    @Test
    void lifeOfAJwtIsTheLeastThatIsKnown() throws LoginRefused {
        assertThat(logIn("{\"access_token\":\"" + jwt(NOW - 50, NOW + 60) + "\",\"expires_in\":300}"))
                .asString()
                .contains("life=PT1M]");
        assertThat(logIn("{\"access_token\":\"" + jwt(NOW + 500, NOW + 530) + "\"}"))
                .asString()
                .contains("life=PT30S]");
        assertThat(logIn("{\"access_token\":\"" + jwt(NOW, NOW + 600) + "\",\"expires_in\":20}"))
                .asString()
                .contains("life=PT20S]");
        assertThat(logIn("{\"access_token\":\"opaque.with.dots\"}")).asString().contains("life=null]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer", "bearer", "BEARER", "BearerToken"})
    void bearerTokenMayHaveItsTypeInAnyCase(String type) throws LoginRefused {
        assertThat(logIn("{\"access_token\":\"t\",\"token_type\":\"" + type + "\"}")
                        .header("authorization"))
                .hasValue("Bearer t");
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"access_token\":\"t\",\"token_type\":\"DPoP\"}', a token of the type DPoP",
        "'{\"access_token\":\"t\",\"token_type\":\"mac\"}', a token of the type mac",
        "'{\"access_token\":\"t\",\"token_type\":\"<b> <i>\"}', of an unknown name",
        "'{\"token_type\":\"Bearer\"}', without an access_token",
        "'{\"access_token\":{},\"token_type\":\"Bearer\"}', without an access_token",
        "'<p>Welcome</p>', no valid JSON",
        "'[]', no valid JSON",
    })
    void responseWithoutABearerTokenIsABrokenLogin(String json, String words) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> logIn(json))
                .withMessageContaining(words)
                .matches(error -> error.statusCode() == 502, "502");
    }

    private static String exchanged(String token, String type) {
        return "{\"access_token\":\"" + token
                + "\",\"token_type\":\"Bearer\",\"expires_in\":300,\"refresh_token\":\"r\","
                + "\"issued_token_type\":\"urn:ietf:params:oauth:token-type:" + type + "\"}";
    }

    @Test
    void exchangedTokenIsUsedNoLongerThanTheCallersOwn() throws LoginRefused {
        assertThat(exchange(jwt(NOW, NOW + 40), exchanged("t", "access_token")))
                .asString()
                .contains("life=PT40S]");
        assertThat(exchange(jwt(NOW, NOW + 900), exchanged("t", "jwt")))
                .asString()
                .contains("life=PT5M]");
        assertThat(exchange("opaque", exchanged("t", "access_token")))
                .asString()
                .contains("life=PT5M]");
    }

    @Test
    void tokenThatCannotBeSentIsABrokenLogin() {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> logIn("{\"access_token\":\"a\\r\\nEvil: 1\"}"))
                .withMessageContaining("cannot be sent")
                .withMessageNotContaining("Evil");
    }

    /** It could be used after the caller's own token was withdrawn. */
    @Test
    void refreshTokenOfAnExchangeIsNotKept() throws LoginRefused {
        var login = exchange("callers-own", exchanged("t", "access_token"));

        mode(true).renew(login, Credentials.bearer("callers-own"), issuer);

        assertThat(login.secret("refresh_token")).isEmpty();
        assertThat(issuer.last().one("grant_type")).endsWith(":token-exchange");
    }

    @Test
    void exchangeMustIssueAnAccessTokenThatIsNotTheCallers() {
        assertBroken("of the type urn:ietf:params:oauth:token-type:saml2", exchanged("t", "saml2"));
        assertBroken("of the type urn:ietf:params:oauth:token-type:refresh_token", exchanged("t", "refresh_token"));
        assertBroken("without an issued_token_type", ScriptedIssuer.GOOD);
        assertBroken("the caller's own token", exchanged("callers-own", "access_token"));
    }

    private void assertBroken(String words, String json) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> exchange("callers-own", json))
                .withMessageContaining(words)
                .withMessageNotContaining("callers-own")
                .matches(error -> error.statusCode() == 502, "502");
    }

    /** The last response to a refresh decides whether there is one for the next renewal. */
    @Test
    void refreshTokenIsUsedOnceEvenIfNoNewOneFollows() throws LoginRefused {
        var mode = mode(false);
        var first = logIn("{\"access_token\":\"t1\",\"refresh_token\":\"r1\"}");
        issuer.at(TOKEN_URI, 200, "{\"access_token\":\"t2\"}");
        var second = mode.renew(first, ALICE, issuer);
        assertThat(issuer.last().one("refresh_token")).isEqualTo("r1");

        var third = mode.renew(second, ALICE, issuer);

        assertThat(second.secret("refresh_token")).isEmpty();
        assertThat(issuer.last().one("grant_type")).isEqualTo("client_credentials");
        assertThat(third.header("Authorization")).hasValue("Bearer t2");
    }

    @ParameterizedTest
    @CsvSource({"400", "401", "403", "200"})
    void refusedRefreshTokenLogsInAtOnce(int status) throws LoginRefused {
        var login = logIn("{\"access_token\":\"t1\",\"refresh_token\":\"r1\"}");
        issuer.at(
                TOKEN_URI,
                () -> issuer.last().one("grant_type").equals("refresh_token")
                        ? ScriptedIssuer.json(status, "{\"error\":\"invalid_grant\"}")
                        : ScriptedIssuer.json(200, "{\"access_token\":\"t2\"}"));

        assertThat(mode(false).renew(login, ALICE, issuer).header("Authorization"))
                .hasValue("Bearer t2");
        assertThat(issuer.sent()).hasSize(3);
    }

    @Test
    void serverThatFailsAtARefreshIsABrokenLogin() throws LoginRefused {
        var login = logIn("{\"access_token\":\"t1\",\"refresh_token\":\"r1\"}");
        issuer.at(TOKEN_URI, 503, "", "Retry-After", "4");

        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> mode(false).renew(login, ALICE, issuer))
                .matches(error -> "4".equals(error.headers().get("Retry-After")), "Retry-After");
        assertThat(issuer.sent()).hasSize(2);
    }
}
