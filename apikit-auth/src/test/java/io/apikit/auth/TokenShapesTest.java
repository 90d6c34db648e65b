package io.apikit.auth;

import static io.apikit.auth.TokenEndpointScript.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.apikit.BackendError;
import io.apikit.http.BackendResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The login endpoints of real systems: what they are sent, and where their token is. */
class TokenShapesTest {
    private static final String FORM = "username=alice&password=wonderland";

    @SuppressWarnings("UnusedVariable") // JUnit reads it by its name
    private static final List<Arguments> SYSTEMS = List.of(
            system(
                    "Keystone",
                    login -> login.post("/v3/auth/tokens")
                            .credentialsAsJson(
                                    "auth.identity.password.user.name", "auth.identity.password.user.password")
                            .field("auth.identity.methods.0", "password")
                            .field("auth.identity.password.user.domain.id", "default")
                            .sign("X-Auth-Token", "{header:X-Subject-Token}"),
                    "POST /v3/auth/tokens {\"auth\":{\"identity\":{\"methods\":[\"password\"],\"password\":{\"user\":"
                            + "{\"domain\":{\"id\":\"default\"},\"name\":\"alice\",\"password\":\"wonderland\"}}}}}",
                    response(
                            201,
                            "{\"token\":{\"methods\":[\"password\"],\"expires_at\":\"2030-11-07T02:58:43.578887Z\"}}",
                            "x-subject-token",
                            "gAAA-1"),
                    "X-Auth-Token: gAAA-1",
                    1_919_250_723),
            system(
                    "Vault",
                    login -> login.post("/v1/auth/userpass/login/{username}")
                            .credentialsAsJson("username", "password")
                            .sign("X-Vault-Token", "{auth.client_token}"),
                    "POST /v1/auth/userpass/login/alice {\"username\":\"alice\",\"password\":\"wonderland\"}",
                    response(
                            200,
                            "{\"lease_duration\":0,\"data\":null,\"warnings\":null,\"auth\":{\"client_token\":\"hvs.1\","
                                    + "\"lease_duration\":2764800,\"token_type\":\"service\"},\"errors\":null}"),
                    "X-Vault-Token: hvs.1",
                    2_764_800),
            system(
                    "Elasticsearch",
                    login -> login.post("/_security/oauth2/token")
                            .credentialsAsJson("username", "password")
                            .field("grant_type", "password"),
                    "POST /_security/oauth2/token {\"grant_type\":\"password\",\"username\":\"alice\","
                            + "\"password\":\"wonderland\"}",
                    response(200, "{\"access_token\":\"dGh1\",\"type\":\"Bearer\",\"expires_in\":1200}"),
                    "Authorization: Bearer dGh1",
                    1200),
            system(
                    "GitLab",
                    login -> login.post("/oauth/token")
                            .credentialsAsForm("username", "password")
                            .field("grant_type", "password"),
                    "POST /oauth/token grant_type=password&" + FORM,
                    response(
                            200,
                            "{\"access_token\":\"de61\",\"token_type\":\"bearer\",\"expires_in\":7200,"
                                    + "\"refresh_token\":\"8257\",\"created_at\":1607635748}"),
                    "Authorization: Bearer de61",
                    7200),
            system(
                    "Jira",
                    login -> login.post("/rest/auth/1/session")
                            .credentialsAsJson("username", "password")
                            .sign("Cookie", "{session.name}={session.value}"),
                    "POST /rest/auth/1/session {\"username\":\"alice\",\"password\":\"wonderland\"}",
                    response(
                            200,
                            "{\"session\":{\"name\":\"JSESSIONID\",\"value\":\"6E3487\"},\"loginInfo\":"
                                    + "{\"failedLoginCount\":10}}"),
                    "Cookie: JSESSIONID=6E3487",
                    0),
            system(
                    "Rundeck",
                    login -> login.post("/api/40/tokens/alice").sign("X-Rundeck-Auth-Token", "{token}"),
                    "POST /api/40/tokens/alice ",
                    response(
                            201,
                            "{\"user\":\"alice\",\"token\":\"VjkbX2zUAwnXjDIbRYFp824tF5X2N7W1\",\"expired\":false,"
                                    + "\"error\":null}",
                            "Location",
                            "/api/40/token/1"),
                    "X-Rundeck-Auth-Token: VjkbX2zUAwnXjDIbRYFp824tF5X2N7W1",
                    0),
            system(
                    "Pele",
                    login -> login.sign("X-API-KEY", "{token}"),
                    "POST /login ",
                    response(200, "{\"success\":true,\"message\":null,\"token\":\"a.b.c\"}"),
                    "X-API-KEY: a.b.c",
                    0),
            system(
                    "Altair Accelerator",
                    login -> login.post("/api/v3/token")
                            .credentialsAsForm("username", "password")
                            .sign("Authorization", "{token_type}:{access_token}"),
                    "POST /api/v3/token " + FORM,
                    response(200, "{\"token_type\":\"api-key\",\"access_token\":\"t\",\"error\":\"\"}"),
                    "Authorization: api-key:t",
                    0),
            system(
                    "a plain text",
                    login -> login.credentialsAsForm("username", "password").sign("Authorization", "Bearer {text}"),
                    "POST /login " + FORM,
                    response(200, "eyJh.eyJz.c2ln\n"),
                    "Authorization: Bearer eyJh.eyJz.c2ln",
                    0),
            system(
                    "a session cookie",
                    login -> login.credentialsAsForm("username", "password").sign("Cookie", "SID={cookie:SID}"),
                    "POST /login " + FORM,
                    response(204, "", "Set-Cookie", "SID=s-1; Path=/; HttpOnly"),
                    "Cookie: SID=s-1",
                    0));

    private final TokenEndpointScript endpoint = new TokenEndpointScript();

    @ParameterizedTest(name = "{0}")
    @FieldSource("SYSTEMS")
    void systemIsLoggedInTo(
            String system,
            Consumer<TokenLoginOptions> options,
            String request,
            BackendResponse response,
            String signature,
            long life)
            throws Exception {
        var login = endpoint.login(options, response);

        assertThat(endpoint.line() + " " + endpoint.body()).isEqualTo(request);
        var header = signature.split(": ", 2);
        assertThat(login.signature()).containsOnly(Map.entry(header[0], header[1]));
        assertThat(login.life().map(Duration::toSeconds).orElse(0L)).isEqualTo(life);
    }

    private static Arguments system(
            String name,
            Consumer<TokenLoginOptions> options,
            String sent,
            BackendResponse got,
            String sign,
            long life) {
        return arguments(name, options, sent, got, sign, life);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The template, the body, what signs.
                "{data.token}|{\"data\":{\"token\":\"nested\"}}|nested",
                "{data.token}|{\"data\":{\"token\":\"nested\"},\"data.token\":\"own\"}|own",
                "{data.a.b}|{\"data\":{\"a.b\":\"own\",\"a\":{\"b\":\"nested\"}}}|own",
                "{data.a.b}|{\"data\":{\"a\":{\"b\":\"nested\"},\"a.b\":null}}|nested",
                "{data.a.b}|{\"data.a\":{\"c\":1},\"data\":{\"a\":{\"b\":\"nested\"}}}|nested",
                "{items.0.token}|{\"items\":[{\"token\":\"first\"},{\"token\":\"second\"}]}|first",
                "{items.1.token}|{\"items\":{\"1\":{\"token\":\"named\"}}}|named",
                "{0.token}|[{\"token\":\"first\"}]|first",
                "{id}|{\"id\":12345678901234567890}|12345678901234567890",
                "{text}|{\"text\":\"field\"}|field",
                "{text}|\"quoted\\u002dtext\"|quoted-text",
                "{text}|Bearer abc|Bearer abc",
                "{a}-{b.c}|{\"a\":\" 1 \",\"b\":{\"c\":2}}|1-2"
            })
    void templateFindsItsValue(String template, String body, String value) throws LoginRefused {
        assertThat(endpoint.login(login -> login.sign("X", template), response(200, body))
                        .header("X"))
                .contains(value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"error\":\"\"",
                "\"error\":null",
                "\"error\":\"none\"",
                "\"error\":{\"code\":0}",
                "\"errors\":[\"deprecated\"]",
                "\"success\":false",
                "\"status\":\"ok\"",
                "\"token_type\":\"api-key\"",
                "\"access_token\":null",
                "\"message\":\"Welcome back\""
            })
    void responseWithTheTokenIsALoginWhateverElseItHas(String field) throws LoginRefused {
        for (int status : List.of(200, 201, 202, 203)) {
            var response = response(status, "{\"data\":{\"token\":\"t\"}," + field + "}", "Location", "/sessions/1");

            assertThat(endpoint.login(login -> login.sign("X", "{data.token}"), response)
                            .header("X"))
                    .contains("t");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                // The template, the body; why the credentials are refused, or - if the login is broken.
                "{data.token}|{\"token\":\"secret-1\",\"access_token\":\"secret-2\"}|-",
                "{data.token}|{\"data\":{\"token\":\"\"}}|-",
                "{data.token}|{\"data\":{\"token\":[\"secret-1\"]}}|-",
                "{data.token}|{\"data\":\"secret-1\"}|-",
                "{items.1.token}|{\"items\":[{\"token\":\"secret-1\"}]}|-",
                "{items.99999.token}|{\"items\":[{\"token\":\"secret-1\"}]}|-",
                "{token}|{\"error\":0,\"errors\":[]}|-",
                "{token}|secret-1|-",
                "{token}|{\"token\":\"secret-1\"|-",
                "{header:X-Auth-Token}|{\"token\":\"secret-1\"}|-",
                "{cookie:SID}|SID=secret-1|-",
                "{text}|''|-",
                "{text}|Wrong user name or password|-",
                "{text}|<html>secret-1</html>|-",
                "{text}|[\"secret-1\"]|-",
                "{text}|{\"token\":\"secret-1\"}|-",
                "{text}|\"secret-1|-",
                "{text}|\"two words\"|-",
                "{text}|null|-",
                "{token}|{\"error\":\"bad\",\"access_token\":\"secret-1\"}|bad",
                "{token}|{\"error\":{\"code\":1,\"message\":\"bad pair\"}}|bad pair",
                "{token}|{\"errors\":[\"invalid username or password\"]}|invalid username or password",
                "{token}|{\"errorMessages\":[\"Login failed\"],\"errors\":{}}|Login failed",
                "{token}|{\"success\":false,\"message\":\"no wonderland here\"}|no *** here"
            })
    void responseWithoutTheTokenIsNoLogin(String template, String body, String refusal) {
        var response = response(200, body.replace("'", ""));

        if (refusal == null) {
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> endpoint.login(login -> login.sign("X", template), response))
                    .matches(error -> error.statusCode() == 502)
                    .withMessageContaining("has no '" + template.substring(1, template.length() - 1) + "'")
                    .withMessageNotContaining("secret");
        } else {
            assertThatExceptionOfType(LoginRefused.class)
                    .isThrownBy(() -> endpoint.login(login -> login.sign("X", template), response))
                    .withMessage("The backend refused these credentials. (" + refusal + ")");
        }
    }

    @Test
    void textThatNoHeaderHoldsIsNoToken() {
        for (var text : List.of("x".repeat((16 << 10) + 1), "line\nline", "h\u00e4", "a<b")) {
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> endpoint.login(login -> login.sign("X", "{text}"), response(200, text)))
                    .withMessageContaining("has no 'text'");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The body, the life in seconds; now is second 1,000,000.
                "{\"data\":{\"token\":\"t\",\"expires_in\":300}}|300",
                "{\"data\":{\"token\":\"t\",\"expires_in\":300},\"expires_in\":60}|300",
                "{\"data\":{\"token\":\"t\"},\"expires_in\":60}|60",
                "{\"data\":{\"token\":\"t\",\"lease_duration\":300},\"lease_duration\":0}|300",
                "{\"data\":{\"token\":\"t\"},\"other\":{\"expires_in\":60}}|0",
                "{\"data\":{\"token\":\"t\",\"expires_at\":1000300}}|300",
                "{\"data\":{\"token\":\"t\",\"expires_at\":\"1000300.5\"}}|300",
                "{\"data\":{\"token\":\"t\",\"expires_at\":1000300000}}|999300000",
                "{\"data\":{\"token\":\"t\",\"expires_at\":1700000000000}}|1699000000",
                "{\"data\":{\"token\":\"t\",\"expires_at\":\"1970-01-12T13:51:40.000000Z\"}}|300",
                "{\"data\":{\"token\":\"t\",\"expires_at\":\"1970-01-12T14:51:40+01:00\"}}|300",
                "{\"data\":{\"token\":\"t\",\"expires_at\":\"1970-01-12T13:51:40\"}}|0",
                "{\"data\":{\"token\":\"t\",\"expires_at\":999999}}|0",
                "{\"data\":{\"token\":\"t\",\"expires_at\":\"soon\"}}|0",
                "{\"data\":{\"token\":\"t\",\"expires_at\":1000300,\"expires_in\":60}}|60"
            })
    void lifeIsReadBesideTheToken(String body, long seconds) throws LoginRefused {
        var login = endpoint.login(options -> options.sign("X", "{data.token}"), response(200, body));

        assertThat(login.life().map(Duration::toSeconds).orElse(0L)).isEqualTo(seconds);
    }
}
