package io.apikit.testkit.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.JsonText;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakeTokenEndpointTest {
    private final TestClock clock = new TestClock();
    private final FakeTokenEndpoint endpoint = FakeTokenEndpoint.builder()
            .client("me", "se+cret %")
            .client("other", "secret")
            .clock(clock)
            .start();
    private final TestBrowser browser = new TestBrowser();

    @AfterEach
    void stop() {
        endpoint.close();
    }

    private BrowserPage ask(String id, String secret) {
        return browser.post(
                endpoint.tokenUri(),
                Map.of("grant_type", "client_credentials", "client_id", id, "client_secret", secret));
    }

    private BrowserPage ask() {
        return ask("me", "se+cret %");
    }

    private BrowserPage basic(String authorization, String form) {
        return browser.send(HttpRequest.newBuilder(URI.create(endpoint.tokenUri()))
                .header("Authorization", authorization)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form)));
    }

    @Test
    void secretInFormIsGoodForToken() {
        BrowserPage page = ask();
        JsonNode response = JsonText.of(page);

        assertThat(page.status()).isEqualTo(200);
        assertThat(page.header("Cache-Control")).isEqualTo("no-store");
        assertThat(response.get("expires_in")).isEqualTo(JsonText.of("300"));
        assertThat(response.get("token_type").asText()).isEqualTo("Bearer");
        assertThat(endpoint.client(response.get("access_token").asText())).contains("me");
        assertThat(endpoint.requests()).containsExactly(new TokenRequest("me", "", false));
    }

    @Test
    void secretInHeaderIsFormEncodedToo() {
        String good = JsonText.basic("me", "se%2Bcret+%25");
        BrowserPage page = basic(good, "grant_type=client_credentials&scope=jobs");

        assertThat(page.status()).isEqualTo(200);
        assertThat(JsonText.of(page).get("scope").asText()).isEqualTo("jobs");
        assertThat(endpoint.requests()).containsExactly(new TokenRequest("me", "jobs", true));
        assertThat(basic(JsonText.basic("me", "se+cret %"), "grant_type=client_credentials")
                        .status())
                .isEqualTo(401);
    }

    @Test
    void wrongSecretIsUnauthorizedWithoutAChallenge() {
        BrowserPage wrong = ask("me", "wrong");

        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.header("WWW-Authenticate")).isEmpty();
        assertThat(wrong.header("Cache-Control")).isEqualTo("no-store");
        assertThat(wrong.header("Pragma")).isEqualTo("no-cache");
        assertThat(JsonText.of(wrong))
                .isEqualTo(JsonText.of("{\"error\":\"unauthorized_client\","
                        + "\"error_description\":\"Invalid client or Invalid client credentials\"}"));
        assertThat(basic(JsonText.basic("me", "wrong"), "grant_type=client_credentials")
                        .body())
                .isEqualTo(wrong.body());
        assertThat(endpoint.loginAttempts("me")).isEqualTo(2);
        assertThat(endpoint.logins()).isZero();
    }

    @Test
    void unknownAndDisabledClientsAreInvalid() {
        endpoint.disable("other");
        BrowserPage disabled = ask("other", "secret");

        assertThat(disabled.status()).isEqualTo(401);
        assertThat(disabled.header("WWW-Authenticate")).isEmpty();
        assertThat(JsonText.of(disabled))
                .isEqualTo(JsonText.of("{\"error\":\"invalid_client\","
                        + "\"error_description\":\"Invalid client or Invalid client credentials\"}"));
        assertThat(ask("other", "wrong").body()).isEqualTo(disabled.body());
        assertThat(ask("nobody", "x").body()).isEqualTo(disabled.body());
        assertThat(endpoint.logins()).isZero();
    }

    @Test
    void secretInFormOverridesSecretInHeader() {
        String good = JsonText.basic("me", "se%2Bcret+%25");

        assertThat(basic(good, "grant_type=client_credentials&client_secret=x").status())
                .isEqualTo(401);
        assertThat(basic(
                                JsonText.basic("me", "wrong"),
                                "grant_type=client_credentials&client_id=me&client_secret=se%2Bcret+%25")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusalCanBe400ForAll() {
        try (FakeTokenEndpoint lenient =
                FakeTokenEndpoint.builder().client("me", "x").refusalStatus(400).start()) {
            BrowserPage refused =
                    browser.post(lenient.tokenUri(), Map.of("grant_type", "client_credentials", "client_id", "me"));

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.body()).contains("invalid_client");
        }
    }

    @Test
    void refusalCanBe401WithChallenge() {
        try (FakeTokenEndpoint strict =
                FakeTokenEndpoint.builder().refusalStatus(401).start()) {
            BrowserPage refused =
                    browser.post(strict.tokenUri(), Map.of("grant_type", "client_credentials", "client_id", "me"));

            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.header("WWW-Authenticate")).startsWith("Basic");
        }
    }

    @Test
    void otherGrantsAreNotSupported() {
        assertThat(browser.post(endpoint.tokenUri(), Map.of("client_id", "me")).body())
                .contains("invalid_request");
        assertThat(browser.post(endpoint.tokenUri(), Map.of("grant_type", "password"))
                        .body())
                .contains("unsupported_grant_type");
    }

    @Test
    void rotatedSecretReplacesOldAndTokensStayValid() {
        String token = JsonText.of(ask()).get("access_token").asText();
        endpoint.rotateSecret("me", "new");

        assertThat(ask().status()).isEqualTo(401);
        assertThat(ask("me", "new").status()).isEqualTo(200);
        assertThat(endpoint.client(token)).contains("me");
        assertThatIllegalArgumentException().isThrownBy(() -> endpoint.rotateSecret("nobody", "x"));
    }

    @Test
    void tokenEndsByTheClockOrOnCommand() {
        String first = JsonText.of(ask()).get("access_token").asText();
        clock.seconds(270);
        assertThat(endpoint.client(first, Duration.ofSeconds(29))).contains("me");
        assertThat(endpoint.client(first, Duration.ofSeconds(30))).isEmpty();
        clock.seconds(30);
        assertThat(endpoint.client(first)).isEmpty();

        String second = JsonText.of(ask()).get("access_token").asText();
        endpoint.expireTokens();
        assertThat(endpoint.client(second)).isEmpty();
    }

    @Test
    void expiresInCanBeWrongOrMissing() {
        endpoint.claimExpiresIn("\"soon\"");
        assertThat(JsonText.of(ask()).get("expires_in").asText()).isEqualTo("soon");
        endpoint.claimExpiresIn("-1");
        assertThat(JsonText.of(ask()).get("expires_in").asInt()).isEqualTo(-1);
        endpoint.claimExpiresIn("99999999999999999999");
        assertThat(ask().body()).contains("\"expires_in\":99999999999999999999");
        endpoint.claimNoExpiresIn();
        assertThat(JsonText.of(ask()).has("expires_in")).isFalse();
        endpoint.claimTrueExpiresIn();
        endpoint.tokenLife(Duration.ofSeconds(7));
        assertThat(JsonText.of(ask()).get("expires_in").asInt()).isEqualTo(7);
        assertThatIllegalArgumentException().isThrownBy(() -> endpoint.claimExpiresIn("soon"));
    }

    @Test
    void tokensAreJwtsOrOpaque() {
        JsonNode claims = JsonText.claims(JsonText.of(ask()).get("access_token").asText());
        assertThat(claims.get("exp").asLong() - claims.get("iat").asLong()).isEqualTo(300);
        endpoint.opaqueTokens(true);

        String opaque = JsonText.of(ask()).get("access_token").asText();
        assertThat(opaque).doesNotContain(".");
        assertThat(endpoint.client(opaque)).contains("me");
    }

    @Test
    void endpointCanFailAndReturnHtml() {
        endpoint.failWith(503, Duration.ofSeconds(9));
        assertThat(ask().status()).isEqualTo(503);
        assertThat(ask().header("Retry-After")).isEqualTo("9");
        endpoint.failWith(0);
        endpoint.loginResponse(LoginResponse.HTML);
        assertThat(ask().status()).isEqualTo(200);
        assertThat(ask().body()).contains("<html");
        endpoint.loginResponse(LoginResponse.NORMAL);

        assertThat(ask().status()).isEqualTo(200);
        assertThat(endpoint.logins("me")).isEqualTo(1);
    }

    @Test
    void requestsAreHeldUntilReleased() {
        endpoint.hold();
        CompletableFuture<BrowserPage> held = CompletableFuture.supplyAsync(this::ask);
        endpoint.awaitHeld(1);
        assertThat(endpoint.loginAttempts()).isEqualTo(1);
        assertThat(endpoint.logins()).isZero();
        endpoint.release();

        assertThat(held.join().status()).isEqualTo(200);
    }
}
