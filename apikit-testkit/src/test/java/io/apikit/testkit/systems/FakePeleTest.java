package io.apikit.testkit.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.JsonText;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import io.apikit.testkit.token.LoginResponse;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakePeleTest {
    private final TestClock clock = new TestClock();
    private final FakePele pele = FakePele.builder()
            .user("alice@example.org", "wonder:land")
            .user("bob@example.org", "builder")
            .clock(clock)
            .start();
    private final TestBrowser browser = new TestBrowser();

    @AfterEach
    void stop() {
        pele.close();
    }

    private BrowserPage logIn(String email, String password) {
        return browser.send(HttpRequest.newBuilder(URI.create(pele.url() + "/login"))
                .header("Authorization", JsonText.basic(email, password))
                .POST(BodyPublishers.noBody()));
    }

    private BrowserPage alice() {
        return logIn("alice@example.org", "wonder:land");
    }

    private String token() {
        return JsonText.of(alice()).get("token").asText();
    }

    private BrowserPage echo(String token) {
        return browser.get(pele.url() + "/test/echo?echo_str=hi%20there", "X-API-KEY", token);
    }

    @Test
    void loginReturnsTokenForEchoes() {
        BrowserPage login = alice();

        assertThat(pele.url()).endsWith("/api/v0.1");
        assertThat(login.status()).isEqualTo(200);
        assertThat(login.body()).contains("\"success\":true", "\"message\":null");
        BrowserPage echo = echo(JsonText.of(login).get("token").asText());
        assertThat(echo.status()).isEqualTo(200);
        assertThat(JsonText.of(echo)).isEqualTo(JsonText.of("{\"success\":true,\"message\":\"hi there\"}"));
        assertThat(pele.logins()).isEqualTo(1);
        assertThat(pele.logins("alice@example.org")).isEqualTo(1);
        assertThat(pele.echoes()).isEqualTo(1);
        assertThat(pele.count("/api/v0.1/test/echo")).isEqualTo(1);
    }

    @Test
    void tokenIsJwtOfOneDay() {
        String token = token();

        long issued = JsonText.claims(token).get("iat").asLong();
        assertThat(issued).isEqualTo(clock.instant().getEpochSecond());
        assertThat(JsonText.claims(token).get("exp").asLong() - issued).isEqualTo(86_400);
    }

    @Test
    void tokenIsGoodUntilTheSecondItExpires() {
        String token = token();
        clock.seconds(86_399);
        assertThat(echo(token).status()).isEqualTo(200);
        clock.seconds(1);

        BrowserPage expired = echo(token);
        assertThat(expired.status()).isEqualTo(401);
        assertThat(expired.header("Content-Type")).startsWith("application/json");
        assertThat(JsonText.of(expired).get("message").asText()).isEqualTo("Expired token. Reauthentication required.");
        assertThat(expired.header("Retry-After")).isNotEmpty();
    }

    @Test
    void lifeOfLaterTokensCanBeChanged() {
        pele.tokenLife(Duration.ofSeconds(5));
        String token = token();
        clock.seconds(5);

        assertThat(echo(token).status()).isEqualTo(401);
    }

    @Test
    void unknownAndMissingTokensAreUnauthorized() {
        assertThat(echo("nonsense").status()).isEqualTo(401);
        assertThat(browser.get(pele.url() + "/test/echo?echo_str=x").status()).isEqualTo(401);
        assertThat(pele.echoes()).isZero();
    }

    @Test
    void allTokensExpireOnCommand() {
        String old = token();
        pele.expireTokens();

        assertThat(echo(old).status()).isEqualTo(401);
        assertThat(echo(token()).status()).isEqualTo(200);
    }

    @Test
    void echoWithoutTextIsBadWithRetryAfter() {
        BrowserPage bad = browser.get(pele.url() + "/test/echo", "X-API-KEY", token());

        assertThat(bad.status()).isEqualTo(400);
        assertThat(bad.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void wrongPasswordIsTextCalledHtml() {
        BrowserPage refused = logIn("alice@example.org", "wrong");

        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("Content-Type")).startsWith("text/html");
        assertThat(refused.body()).isEqualTo("Unauthorized Access");
        assertThat(refused.header("Retry-After")).isEqualTo("60");
        assertThat(pele.logins()).isZero();
        assertThat(pele.loginAttempts("alice@example.org")).isEqualTo(1);
    }

    @Test
    void fourthLoginOfMinuteIsRefusedToAll() {
        logIn("bob@example.org", "wrong");
        assertThat(logIn("bob@example.org", "builder").header("X-RateLimit-Remaining"))
                .isEqualTo("1");
        clock.seconds(20);
        assertThat(alice().status()).isEqualTo(200);

        BrowserPage limited = alice();
        assertThat(limited.status()).isEqualTo(429);
        assertThat(JsonText.of(limited)).isEqualTo(JsonText.of("{\"message\":\"3 per 1 minute\"}"));
        assertThat(limited.header("Retry-After")).isEqualTo("40");
        assertThat(limited.header("X-RateLimit-Limit")).isEqualTo("3");
        assertThat(limited.header("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(limited.header("X-RateLimit-Reset"))
                .isEqualTo(String.valueOf(clock.instant().getEpochSecond() + 40));
        assertThat(pele.loginAttempts()).isEqualTo(4);
        assertThat(pele.logins()).isEqualTo(2);
    }

    @Test
    void callerIsAdmittedAfterRetryAfter() {
        for (int i = 0; i < 4; i++) {
            alice();
        }
        clock.pass(Duration.ofMillis(59_999));
        assertThat(alice().status()).isEqualTo(429);
        clock.pass(Duration.ofMillis(1));

        assertThat(alice().status()).isEqualTo(200);
    }

    @Test
    void eleventhEchoOfSecondIsTooMany() {
        String token = token();
        for (int i = 0; i < 10; i++) {
            assertThat(echo(token).status()).isEqualTo(200);
        }
        assertThat(echo(token).body()).isEqualTo("{\"message\":\"10 per 1 second\"}");
        clock.seconds(1);

        assertThat(echo(token).status()).isEqualTo(200);
        assertThat(pele.echoes()).isEqualTo(11);
    }

    @Test
    void goodTokenCanBeRefusedForEver() {
        String token = token();
        pele.alwaysUnauthorized(true);
        assertThat(echo(token).status()).isEqualTo(401);
        pele.alwaysUnauthorized(false);

        assertThat(echo(token).status()).isEqualTo(200);
    }

    @Test
    void loginsAreHeldUntilReleased() {
        pele.hold();
        CompletableFuture<BrowserPage> held = CompletableFuture.supplyAsync(this::alice);
        pele.awaitHeld(1);
        assertThat(pele.loginAttempts()).isEqualTo(1);
        assertThat(pele.logins()).isZero();
        pele.release();

        assertThat(held.join().status()).isEqualTo(200);
    }

    @Test
    void faultyLoginResponsesDoNotCountAgainstLimit() {
        pele.loginResponse(LoginResponse.HTML);
        BrowserPage page = alice();
        assertThat(page.status()).isEqualTo(200);
        assertThat(page.body()).contains("<html");
        pele.loginResponse(LoginResponse.NO_TOKEN);
        assertThat(JsonText.of(alice()).has("token")).isFalse();
        pele.loginResponse(LoginResponse.BLANK_TOKEN);
        assertThat(JsonText.of(alice()).get("token").asText()).isBlank();
        pele.loginResponse(LoginResponse.TOKEN_NOT_TEXT);
        assertThat(JsonText.of(alice()).get("token").isObject()).isTrue();
        pele.loginResponse(LoginResponse.UNAVAILABLE);
        assertThat(alice().status()).isEqualTo(503);
        pele.loginResponse(LoginResponse.NORMAL);

        assertThat(alice().status()).isEqualTo(200);
        assertThat(pele.loginAttempts()).isEqualTo(6);
        assertThat(pele.logins()).isEqualTo(1);
    }

    @Test
    void passwordElsewhereIsNoticed() {
        echo(token());
        assertThat(pele.passwordSeenOutsideLogin()).isFalse();
        browser.get(pele.url() + "/nowhere", "Authorization", "basic nonsense");

        assertThat(pele.passwordSeenOutsideLogin()).isTrue();
    }

    @Test
    void registeredUserLogsInOnceVerified() {
        Map<String, String> carol = Map.of("email", "carol@example.org", "password", "secret");
        assertThat(browser.post(pele.url() + "/register", carol).status()).isEqualTo(201);
        assertThat(logIn("carol@example.org", "secret").status()).isEqualTo(401);
        assertThat(verify("000000").status()).isEqualTo(400);
        assertThat(verify(FakePele.VERIFICATION_CODE).status()).isEqualTo(200);

        assertThat(logIn("carol@example.org", "secret").status()).isEqualTo(200);
        assertThat(browser.post(pele.url() + "/register", carol).status()).isEqualTo(409);
        assertThat(browser.post(pele.url() + "/register", Map.of("email", "dave@example.org"))
                        .status())
                .isEqualTo(400);
    }

    private BrowserPage verify(String code) {
        return browser.post(pele.url() + "/verify", Map.of("email", "carol@example.org", "verification_code", code));
    }

    @Test
    void limitOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FakePele.builder().loginsPerMinute(0).start())
                .withMessageContaining("minute");
    }
}
