package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.JsonText;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import io.apikit.testkit.token.LoginResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
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
        assertRefused(expired, "Expired token. Reauthentication required.");
        assertThat(expired.header("Retry-After")).isNotEmpty();
    }

    @Test
    void lifeOfLaterTokensCanBeChanged() {
        pele.tokenLife(Duration.ofSeconds(5));
        String token = token();
        clock.seconds(5);

        assertThat(echo(token).status()).isEqualTo(401);
    }

    private static void assertRefused(BrowserPage page, String message) {
        assertThat(page.status()).isEqualTo(401);
        assertThat(JsonText.of(page)).isEqualTo(JsonText.of("{\"message\":\"" + message + "\",\"success\":false}"));
    }

    @Test
    void unknownMissingAndForeignTokensAreUnauthorized() {
        String invalid = "Invalid token. Registeration and/or authentication required";
        assertRefused(echo("nonsense"), invalid);
        assertRefused(browser.get(pele.url() + "/test/echo?echo_str=x"), invalid);
        try (FakePele other = FakePele.builder().user("alice@example.org", "x").start()) {
            BrowserPage login = browser.send(HttpRequest.newBuilder(URI.create(other.url() + "/login"))
                    .header("Authorization", JsonText.basic("alice@example.org", "x"))
                    .POST(BodyPublishers.noBody()));
            assertRefused(echo(JsonText.of(login).get("token").asText()), invalid);
        }
        assertThat(pele.echoes()).isZero();
    }

    @Test
    void tokenOfRemovedUserIsRefused() {
        String token = token();
        pele.removeUser("Alice@example.org");

        assertRefused(echo(token), "User not found");
    }

    @Test
    void emailIsTheSameInAnyCase() {
        assertThat(logIn("ALICE@Example.org", "wonder:land").status()).isEqualTo(200);
        assertThat(pele.logins("alice@example.org")).isEqualTo(1);
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
        assertThat(JsonText.of(bad).get("errors").has("echo_str")).isTrue();
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
    void windowMovesAndRefusedLoginsDoNotCount() {
        alice();
        clock.seconds(30);
        alice();
        alice();
        for (int i = 0; i < 29; i++) {
            clock.seconds(1);
            assertThat(alice().status()).isEqualTo(429);
        }
        clock.seconds(1);
        assertThat(alice().status()).isEqualTo(200);
        assertThat(alice().header("Retry-After")).isEqualTo("30");

        clock.seconds(30);
        assertThat(alice().status()).isEqualTo(200);
    }

    @Test
    void everyAddressHasLimitOfItsOwn() throws IOException {
        for (int i = 0; i < 3; i++) {
            alice();
        }
        assertThat(alice().status()).isEqualTo(429);

        assertThat(statusFrom("127.0.0.2")).contains(" 401 ");
    }

    /** Logs in without credentials from this address, and returns the status line. */
    private String statusFrom(String address) throws IOException {
        URI url = URI.create(pele.url());
        try (Socket socket =
                new Socket(InetAddress.getByName(url.getHost()), url.getPort(), InetAddress.getByName(address), 0)) {
            String request = "POST " + url.getPath()
                    + "/login HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII)
                    .lines()
                    .findFirst()
                    .orElse("");
        }
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
        BrowserPage registered = register("carol@example.org");
        assertThat(registered.status()).isEqualTo(201);
        assertThat(JsonText.of(registered))
                .isEqualTo(JsonText.of("{\"success\":true,\"id\":1,\"email\":\"carol@example.org\","
                        + "\"message\":\"Verification email sent. Verify before using the API.\"}"));
        assertThat(logIn("carol@example.org", "secret").status()).isEqualTo(401);
        BrowserPage wrong = verify("000000");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(JsonText.of(wrong))
                .isEqualTo(JsonText.of("{\"success\":null,\"message\":\"Invalid verification code\"}"));
        assertThat(verify(FakePele.VERIFICATION_CODE).status()).isEqualTo(200);

        assertThat(logIn("Carol@example.org", "secret").status()).isEqualTo(200);
    }

    private BrowserPage register(String email) {
        return browser.post(pele.url() + "/register", Map.of("email", email, "password", "secret"));
    }

    private BrowserPage verify(String code) {
        return browser.post(pele.url() + "/verify", Map.of("email", "carol@example.org", "verification_code", code));
    }

    @Test
    void secondRegistrationOfAddressFails() {
        BrowserPage duplicate = register("BOB@example.org");

        assertThat(duplicate.status()).isEqualTo(500);
        assertThat(JsonText.of(duplicate).get("message").asText())
                .isEqualTo("Registration failed. Please contact support.");
        assertThat(JsonText.of(duplicate).get("success").asBoolean()).isFalse();
    }

    @Test
    void registrationsAndVerificationsAreLimited() {
        assertThat(register("carol@example.org").status()).isEqualTo(201);
        assertThat(register("dave@example.org").body()).isEqualTo("{\"message\":\"1 per 1 minute\"}");
        for (int i = 0; i < 3; i++) {
            assertThat(verify("000000").status()).isEqualTo(401);
        }
        assertThat(verify(FakePele.VERIFICATION_CODE).body()).isEqualTo("{\"message\":\"3 per 1 minute\"}");
        clock.seconds(60);

        assertThat(verify(FakePele.VERIFICATION_CODE).status()).isEqualTo(200);
        BrowserPage incomplete = browser.post(pele.url() + "/register", Map.of("email", "dave@example.org"));
        assertThat(incomplete.status()).isEqualTo(400);
        assertThat(JsonText.of(incomplete).get("errors").has("password")).isTrue();
    }

    @Test
    void limitOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> FakePele.builder().loginsPerMinute(0).start())
                .withMessageContaining("minute");
    }
}
