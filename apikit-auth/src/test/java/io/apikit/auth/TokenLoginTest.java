package io.apikit.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.BackendError;
import io.apikit.auth.internal.token.JwtLifetime;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.internal.util.AuthorizationHeader;
import io.javalin.json.JavalinJackson;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a token login sends, and what it makes of every kind of answer. */
class TokenLoginTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final Credentials ALICE = Credentials.password("alice", "wonderland");

    private final AtomicReference<BackendRequest> sent = new AtomicReference<>();

    private Login login(Consumer<TokenLoginOptions> choose, int status, String type, String body) throws LoginRefused {
        var options = new TokenLoginOptions();
        choose.accept(options);
        return new TokenLogin(options, () -> NOW).logIn(ALICE, answering(status, type, body));
    }

    private LoginTransport answering(int status, String type, String body) {
        var answer = BackendResponse.of(status, Map.of("Content-Type", List.of(type)), body.getBytes(UTF_8));
        return new LoginTransport() {
            @Override
            public LoginTransport at(String origin) {
                throw new AssertionError("a token login stays at its backend");
            }

            @Override
            public String origin() {
                return "http://backend";
            }

            @Override
            public BackendResponse send(BackendRequest request) {
                sent.set(request.encoded(new JavalinJackson(null, false)));
                return answer;
            }
        };
    }

    private Login json(String body) throws LoginRefused {
        return login(options -> options.sign("X-API-KEY", "{token}"), 200, "application/json", body);
    }

    private static String jwt(String claims) {
        var part = Base64.getUrlEncoder().withoutPadding();
        return part.encodeToString("{\"alg\":\"none\"}".getBytes(UTF_8)) + "."
                + part.encodeToString(claims.getBytes(UTF_8)) + ".signature";
    }

    @Test
    void theCredentialsGoAsTheOptionsSay() throws LoginRefused {
        login(options -> options.post("/in").sign("X", "{t}"), 200, "application/json", "{\"t\":\"1\"}");
        assertThat(sent.get().target()).isEqualTo("/in");
        assertThat(sent.get().header("Authorization")).contains(AuthorizationHeader.basic("alice", "wonderland"));

        login(
                options -> options.credentialsAsForm("u", "p").sign("X", "{t}"),
                200,
                "application/json",
                "{\"t\":\"1\"}");
        assertThat(sent.get().header("Authorization")).isEmpty();
        assertThat(sent.get().method()).isEqualTo("POST");
    }

    @Test
    void theTemplateTakesFieldsOfTheAnswer() throws LoginRefused {
        var login = login(
                options -> options.sign("Authorization", "{token_type}:{access_token}"),
                200,
                "application/json",
                "{\"token_type\":\"JWT\",\"access_token\":\"a$b\\\\c\"}");

        assertThat(login.signature()).containsEntry("Authorization", "JWT:a$b\\c");
    }

    @ParameterizedTest
    @CsvSource({
        "500, application/json, '{\"token\":\"issued-1\"}'",
        "429, application/json, '{\"error\":\"slow down\",\"access_token\":\"issued-1\"}'",
        "503, application/json, '{\"token\":\"issued-1\",,,'",
        "600, text/plain, '{\"token\":\"issued-1\"}'",
        "302, application/json, '{\"token\":\"issued-1\"}'",
        "500, application/x-www-form-urlencoded, access_token=issued-1"
    })
    void aFailureThatIssuesATokenAllTheSameDoesNotShowIt(int status, String type, String body) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> login(options -> options.sign("X", "{token}"), status, type, body))
                .matches(error -> !String.valueOf(error).contains("issued-1"))
                .matches(error -> !error.content().orElse("").contains("issued-1"));
    }

    @ParameterizedTest
    @CsvSource({"300, 300", "'\"300\"', 300", "0.5e3, 500", "1e30, 3153600000"})
    void aPositiveLifeIsTaken(String expiresIn, long seconds) throws LoginRefused {
        assertThat(json("{\"token\":\"t\",\"expires_in\":" + expiresIn + "}").life())
                .contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "\"soon\"", "null", "{}", "[]", "true", "0.4", "-1e99"})
    void aLifeThatIsNonsenseTellsNothing(String expiresIn) throws LoginRefused {
        assertThat(json("{\"token\":\"t\",\"expires_in\":" + expiresIn + "}").life())
                .isEmpty();
    }

    @Test
    void withoutExpiresInTheJwtTells() throws LoginRefused {
        assertThat(json("{\"token\":\"" + jwt("{\"iat\":5,\"exp\":65}") + "\"}").life())
                .contains(Duration.ofMinutes(1));
        assertThat(json("{\"token\":\"" + jwt("{\"exp\":1000100}") + "\"}").life())
                .contains(Duration.ofSeconds(100));
    }

    /** Now is second 1,000,000. A time left that is not positive says that this machine's clock is wrong. */
    @ParameterizedTest
    @CsvSource({
        // exp - iat is the least
        "600, 1000060, 1000000, 60",
        // expires_in is
        "30, 1000060, 1000000, 30",
        // exp - now is: an old token, given out again
        "600, 1000060, 999000, 60",
        // the clock is ahead
        "600, 999990, 999960, 30",
        // an iat that says nothing
        "600, 1000060, 1000060, 60",
    })
    void theLeastLifeCounts(long expiresIn, long exp, long iat, long seconds) throws LoginRefused {
        var token = jwt("{\"iat\":" + iat + ",\"exp\":" + exp + "}");

        assertThat(json("{\"token\":\"" + token + "\",\"expires_in\":" + expiresIn + "}")
                        .life())
                .contains(Duration.ofSeconds(seconds));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"exp\":999999}",
                "{\"exp\":\"soon\"}",
                "{\"iat\":10,\"exp\":10}",
                "{\"exp\":1e300}",
                "[]",
                "not json",
                "{}"
            })
    void aJwtThatTellsNothingIsAnOpaqueToken(String claims) throws LoginRefused {
        assertThat(json("{\"token\":\"" + jwt(claims) + "\"}").life()).isEmpty();
    }

    @Test
    void anOpaqueTokenLivesAsConfigured() throws LoginRefused {
        assertThat(JwtLifetime.of("a.b", () -> NOW)).isEmpty();
        var login = login(
                options -> options.sign("X", "{token}").lifetime(Duration.ofMinutes(3)),
                200,
                "application/json",
                "{\"token\":\"opaque..dots\"}");
        assertThat(login.life()).contains(Duration.ofMinutes(3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200|text/html|<html>Sign in</html>",
                "200|application/json|{}",
                "200|application/json|{\"token\":\"\"}",
                "200|application/json|{\"token\":null}",
                "200|application/json|{\"token\":{\"a\":1}}",
                "200|application/json|[]",
                "200|application/json|null",
                "200|application/json|\"token\"",
                "302|text/html|moved",
                "500|text/html|oops",
                "404|text/html|where"
            })
    void nonsenseIsABrokenLoginAndNoRefusal(int status, String type, String body) {
        assertThatExceptionOfType(BackendError.class)
                .isThrownBy(() -> login(options -> options.sign("X", "{token}"), status, type, body));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "401|text/html|Unauthorized Access|The backend refused these credentials.",
                "403|text/plain|no|The backend refused these credentials.",
                "400|application/json|{\"error\":\"invalid_client\",\"error_description\":\"unknown\"}|The backend refused these credentials. (invalid_client: unknown)",
                "401|application/json|{\"message\":\"bad\"}|The backend refused these credentials. (bad)",
                "200|application/json|{\"error\":\"Bad password\"}|The backend refused these credentials. (Bad password)"
            })
    void noIsARefusalThatSaysWhy(int status, String type, String body, String says) {
        assertThatExceptionOfType(LoginRefused.class)
                .isThrownBy(() -> login(options -> {}, status, type, body))
                .withMessage(says);
    }

    @Test
    void whatCannotBeUsedIsRefusedBeforeAnythingIsSent() {
        var mode = Authenticator.tokenLogin(options -> {});
        assertThatExceptionOfType(LoginRefused.class)
                .isThrownBy(() -> mode.logIn(Credentials.bearer("t"), answering(200, "text/html", "")));
        assertThat(sent.get()).isNull();
    }

    @Test
    void theRenewalStatusesReplaceTheDefault() {
        var mode = Authenticator.tokenLogin(options -> options.renewOn(403, 419));
        var login = Login.of(Map.of());
        var bare = answering(200, "text/html", "");

        assertThat(mode.judge(BackendResponse.of(419, Map.of(), new byte[0]), login, bare))
                .isEqualTo(Authenticator.Verdict.EXPIRED);
        assertThat(mode.judge(BackendResponse.of(401, Map.of(), new byte[0]), login, bare))
                .isEqualTo(Authenticator.Verdict.ACCEPTED);
    }

    @Test
    void valueThatCannotBeSentIsNamedAndNotQuoted() {
        for (var token : List.of("a\\r\\nEvil: 1", "a\\u0000", "\\u20ac")) {
            assertThatExceptionOfType(BackendError.class)
                    .isThrownBy(() -> json("{\"token\":\"" + token + "\"}"))
                    .withMessageContaining("'token' that cannot be sent")
                    .withMessageNotContaining("Evil");
        }
    }

    @Test
    void anOptionThatMakesNoSenseIsNamed() {
        var options = new TokenLoginOptions();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.lifetime(Duration.ZERO))
                .withMessageContaining("lifetime");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.renewOn(99))
                .withMessageContaining("renewOn");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.sign("X", "token"))
                .withMessageContaining("token");
        for (var header : List.of("", "X Y", "X\r\nY", "Content-Length", "host")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> options.sign(header, "{token}"))
                    .withMessageContaining(header.strip());
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> options.credentialsAsForm(" ", "p"))
                .withMessageContaining("username");
        assertThat(Optional.of(options)).isPresent();
    }

    @Test
    void whatARefusalQuotesOfTheCredentialsIsMasked() {
        assertThatExceptionOfType(LoginRefused.class)
                .isThrownBy(() ->
                        login(options -> {}, 401, "application/json", "{\"message\":\"no user with wonderland\"}"))
                .withMessage("The backend refused these credentials. (no user with ***)");
    }

    @Test
    void aTokenIsMaskedByItselfHoweverItIsSigned() throws LoginRefused {
        var login = login(
                options -> options.sign("Authorization", "{token_type}:{access_token}"),
                200,
                "application/json",
                "{\"token_type\":\"Bearer\",\"access_token\":\"opaque-1\"}");

        var secrets = SecretMask.of(ALICE).and(login.expiresIn(Duration.ofHours(1)));
        assertThat(secrets.masked("Bearer token opaque-1 is invalid")).isEqualTo("Bearer token *** is invalid");
    }

    @Test
    void aLifeOfAMillionDigitsIsNotEvenRead() throws LoginRefused {
        assertThat(json("{\"token\":\"t\",\"expires_in\":\"" + "9".repeat(2_000_000) + "\"}")
                        .life())
                .isEmpty();
    }
}
