package io.apikit.auth;

import static io.apikit.auth.TokenEndpointScript.ALICE;
import static io.apikit.auth.TokenEndpointScript.mode;
import static io.apikit.auth.TokenEndpointScript.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.apikit.BackendError;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which options of a token login there are, and what they have it send. */
class TokenLoginOptionsTest {
    private final TokenEndpointScript endpoint = new TokenEndpointScript();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "Bearer {token",
                "Bearer token}",
                "{{token}}",
                "{a..b}",
                "{.a}",
                "{header:}",
                "{header:X Y}",
                "{cookie:a=b}",
                "{body:token}",
                "{jwt:exp}"
            })
    void unknownTemplateIsRefusedWhenTheModeIsMade(String template) {
        var options = new TokenLoginOptions();

        for (var use : List.<Runnable>of(
                () -> options.sign("X", template), () -> options.logout("DELETE", "/sessions/" + template))) {
            assertThatIllegalArgumentException()
                    .isThrownBy(use::run)
                    .withMessageContaining(template)
                    .withMessageContaining("{header:X-Auth-Token}")
                    .withMessageContaining("{text}");
        }
    }

    @Test
    void optionsThatExcludeEachOtherAreRefusedWhenTheModeIsMade() {
        assertRefused(login -> login.credentialsAsForm("u", "p").field("p", "x"), "u, p");
        assertRefused(login -> login.credentialsAsForm("u", "u"), "u, u");
        assertRefused(login -> login.credentialsAsJson("a.b", "p").field("a", "x"), "a.b");
        assertRefused(login -> login.credentialsAsJson("a", "p").field("a.b.c", "x"), "a");
        assertRefused(login -> login.credentialsAsJson("a.", "p"), "a.");
        assertRefused(login -> login.post("/login/{user}"), "{username}");
        assertRefused(login -> login.post("/../login"), "post");
        assertRefused(login -> login.field("a", List.of("secret-1")), "field a");
        assertRefused(login -> login.field(" ", "x"), "field");
        assertRefused(login -> login.logout("PATCH", "/sessions"), "PATCH");
        assertRefused(login -> login.logout("DELETE", "/../sessions"), "logout");
    }

    private static void assertRefused(Consumer<TokenLoginOptions> options, String naming) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Authenticator.tokenLogin(options))
                .withMessageContaining(naming)
                .withMessageNotContaining("secret-1");
    }

    /** As Rocket.Chat has it: a token, and the user that it is of. */
    @Test
    void eachHeaderSigns() throws LoginRefused {
        var body = "{\"status\":\"success\",\"data\":{\"userId\":\"u-1\",\"authToken\":\"t-1\"}}";

        var login = endpoint.login(
                options -> options.sign("x-user-id", "{other}")
                        .sign("X-Auth-Token", "{data.authToken}")
                        .sign("X-User-Id", "{data.userId}"),
                response(200, body));

        assertThat(login.signature()).containsOnly(Map.entry("X-Auth-Token", "t-1"), Map.entry("X-User-Id", "u-1"));
    }

    @Test
    void constantsAreSentWithEachFormOfCredentials() throws Exception {
        endpoint.login(
                login -> login.field("realm", "lab").field("days", 7).sign("X", "{t}"), response(200, "{\"t\":1}"));
        assertThat(endpoint.body()).isEqualTo("realm=lab&days=7");
        assertThat(endpoint.sent().header("Authorization")).isPresent();

        endpoint.login(
                login -> login.credentialsAsJson("u", "p")
                        .field("n", 7)
                        .field("a.1", true)
                        .field("a.0", "x")
                        .field("b.2", "y")
                        .sign("X", "{t}"),
                response(200, "{\"t\":1}"));
        assertThat(endpoint.body())
                .isEqualTo("{\"n\":7,\"a\":[\"x\",true],\"b\":{\"2\":\"y\"},\"u\":\"alice\",\"p\":\"wonderland\"}");
    }

    @Test
    void secretConstantIsMasked() throws LoginRefused {
        Consumer<TokenLoginOptions> options =
                login -> login.field("client_secret", "s3cr3t-s3cr3t").field("grant_type", "password");

        assertThatExceptionOfType(LoginRefused.class)
                .isThrownBy(
                        () -> endpoint.login(options, response(400, "{\"error\":\"no s3cr3t-s3cr3t, no password\"}")))
                .withMessageEndingWith("(no ***, no password)");
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> endpoint.login(options, response(500, "cannot read s3cr3t-s3cr3t")))
                .matches(error -> error.content().orElse("").equals("cannot read ***"));
        var login = endpoint.login(options, response(200, "{\"access_token\":\"t\"}"));
        assertThat(SecretMask.none().and(login).masked("s3cr3t-s3cr3t")).isEqualTo("***");
    }

    @Test
    void userNameThatIsNoSegmentIsRefused() {
        var mode = mode(login -> login.post("/login/{username}"));

        for (var name : List.of("..", "", "%2e%2e")) {
            assertThatExceptionOfType(LoginRefused.class)
                    .isThrownBy(
                            () -> mode.logIn(Credentials.password(name, "p"), endpoint.responding(response(200, ""))));
        }
        assertThat(endpoint.sent().target()).isEqualTo("/never-sent");
    }

    @Test
    void userNameIsOneSegment() throws LoginRefused {
        mode(login -> login.post("/login/{username}/x").sign("X", "{text}"))
                .logIn(Credentials.password("a/b?c", "p"), endpoint.responding(response(200, "t")));

        assertThat(endpoint.sent().target()).isEqualTo("/login/a%2Fb%3Fc/x");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DELETE|/sessions/{id}|{\"t\":\"1\",\"id\":7}|DELETE /sessions/7",
                "DELETE|/sessions/{s.id}|{\"t\":\"1\",\"s\":{\"id\":\"a/b?c\"}}|DELETE /sessions/a%2Fb%3Fc",
                "GET|/out?sid={id}|{\"t\":\"1\",\"id\":\"a&b\"}|GET /out?sid=a%26b",
                "POST|/logout|{\"t\":\"1\"}|POST /logout"
            })
    void logOutIsSignedAndNamesTheSession(String method, String path, String body, String request) throws LoginRefused {
        var mode = mode(login -> login.sign("X", "{t}").logout(method, path));
        var login = mode.logIn(ALICE, endpoint.responding(response(200, body)));

        mode.logOut(login, endpoint.responding(response(204, "")));

        assertThat(endpoint.line()).isEqualTo(request);
        assertThat(endpoint.sent().header("X")).contains("1");
        assertThat(login.signature()).containsOnlyKeys("X");
        assertThat(mode.logOutScope()).isEqualTo(Authenticator.LogOutScope.EVERY_LOGIN);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"t\":\"1\"}", "{\"t\":\"1\",\"id\":\"..\"}", "{\"t\":\"1\",\"id\":\"%252e%252e\"}"})
    void loginWithoutAPathToLogOutIsALogin(String body) throws LoginRefused {
        var mode = mode(login -> login.sign("X", "{t}").logout("DELETE", "/sessions/{id}"));
        var login = mode.logIn(ALICE, endpoint.responding(response(200, body)));
        endpoint.forget();

        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> mode.logOut(login, endpoint.responding(response(204, ""))))
                .withMessageContaining("/sessions/{id}");
        assertThat(endpoint.sent().target()).isEqualTo("/never-sent");
    }

    @ParameterizedTest
    @CsvSource({"200, false", "302, false", "401, false", "404, false", "410, false", "403, true", "500, true"})
    void sessionThatIsOverAlreadyIsLoggedOut(int status, boolean isFailure) throws LoginRefused {
        var mode = mode(login -> login.sign("X", "{t}").logout("DELETE", "/sessions/{id}"));
        var login = mode.logIn(ALICE, endpoint.responding(response(200, "{\"t\":\"1\",\"id\":\"session-id-1\"}")));

        assertThat(SecretMask.none().and(login).masked("no session-id-1")).isEqualTo("no ***");
        assertThat(catchThrowable(() -> mode.logOut(login, endpoint.responding(response(status, "no")))) != null)
                .isEqualTo(isFailure);
    }

    @Test
    void withoutTheOptionNothingIsLoggedOut() throws LoginRefused {
        var mode = mode(login -> login.sign("X", "{t}"));
        var login = mode.logIn(ALICE, endpoint.responding(response(200, "{\"t\":\"1\"}")));
        endpoint.forget();

        mode.logOut(login, endpoint.responding(response(204, "")));

        assertThat(endpoint.sent().target()).isEqualTo("/never-sent");
        assertThat(mode.logOutScope()).isEqualTo(Authenticator.LogOutScope.NONE);
    }
}
