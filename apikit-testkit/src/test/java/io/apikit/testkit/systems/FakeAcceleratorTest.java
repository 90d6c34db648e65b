package io.apikit.testkit.systems;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.JsonText;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import io.apikit.testkit.token.LoginResponse;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FakeAcceleratorTest {
    private final TestClock clock = new TestClock();
    private final FakeAccelerator accelerator =
            FakeAccelerator.builder().user("alice", "wonderland").clock(clock).start();
    private final TestBrowser browser = new TestBrowser();

    @AfterEach
    void stop() {
        accelerator.close();
    }

    private BrowserPage logIn(String user, String password) {
        return browser.post(accelerator.url() + "/api/v3/token", Map.of("username", user, "password", password));
    }

    private BrowserPage alice() {
        return logIn("alice", "wonderland");
    }

    private String token() {
        return JsonText.of(alice()).get("access_token").asText();
    }

    private BrowserPage job(String authorization, String id) {
        return browser.get(accelerator.url() + "/api/v3/jobs/" + id, "Authorization", authorization);
    }

    private JsonNode job() {
        return JsonText.of(job("Bearer:" + token(), "12"));
    }

    @Test
    void loginReturnsTypeAndTokenWithoutExpiry() {
        JsonNode login = JsonText.of(alice());

        assertThat(login.get("token_type").asText()).isEqualTo("Bearer");
        assertThat(login).hasSize(2);
        JsonNode claims = JsonText.claims(login.get("access_token").asText());
        assertThat(claims.get("exp").asLong()).isEqualTo(clock.instant().getEpochSecond() + 14_400);
    }

    @Test
    void headerNeedsTheColon() {
        String token = token();

        assertThat(job("Bearer:" + token, "12").status()).isEqualTo(200);
        assertThat(job("Bearer " + token, "12").status()).isEqualTo(401);
        assertThat(job("Bearer: " + token, "12").status()).isEqualTo(401);
        assertThat(job("bearer:" + token, "12").status()).isEqualTo(401);
        assertThat(job(token, "12").status()).isEqualTo(401);
        assertThat(browser.get(accelerator.url() + "/api/v3/jobs/12").status()).isEqualTo(401);
        assertThat(accelerator.unauthorized()).isEqualTo(5);
        assertThat(accelerator.jobReads()).isEqualTo(1);
    }

    @Test
    void jobIsTableOfOneRow() {
        JsonNode job = job();

        assertThat(job.get("columns").findValuesAsText("field")).startsWith("id", "name", "status");
        assertThat(job.get("rows")).hasSize(1);
        assertThat(job.get("rows").get(0)).hasSameSizeAs(job.get("columns"));
        assertThat(job.get("rows").get(0).get(0).asText()).isEqualTo("12");
    }

    @Test
    void jobsCanBeAddedAndOthersAreUnknown() {
        accelerator.addJob("mine", Map.of("a", 1));

        assertThat(JsonText.of(job("Bearer:" + token(), "mine")))
                .isEqualTo(JsonText.of("{\"columns\":[{\"field\":\"a\"}],\"rows\":[[1]]}"));
        assertThat(job("Bearer:" + token(), "yours").status()).isEqualTo(404);
    }

    @Test
    void columnsAndValuesCanBeMissing() {
        int usual = job().get("columns").size();
        accelerator.missingColumn("status");
        assertThat(job().get("columns").findValuesAsText("field"))
                .hasSize(usual - 1)
                .doesNotContain("status");
        assertThat(job().get("rows").get(0)).hasSize(usual - 1);
        accelerator.missingColumn("");
        accelerator.shortRows(true);

        assertThat(job().get("columns")).hasSize(usual);
        assertThat(job().get("rows").get(0)).hasSize(usual - 1);
    }

    @Test
    void wrongPasswordIsErrorWithChosenStatus() {
        BrowserPage refused = logIn("alice", "wrong");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(JsonText.of(refused).has("error")).isTrue();
        accelerator.errorStatus(200);

        assertThat(logIn("nobody", "x").status()).isEqualTo(200);
        assertThat(logIn("nobody", "x").body()).isEqualTo(refused.body());
        assertThat(accelerator.logins()).isZero();
        assertThat(accelerator.loginAttempts()).isEqualTo(3);
        assertThat(accelerator.loginAttempts("nobody")).isEqualTo(2);
    }

    @Test
    void changedPasswordIsTheOnlyOne() {
        accelerator.changePassword("alice", "new");

        assertThat(alice().status()).isEqualTo(401);
        assertThat(logIn("alice", "new").status()).isEqualTo(200);
    }

    @Test
    void tokensEndByTheClockOrOnCommand() {
        String token = "Bearer:" + token();
        clock.seconds(14_399);
        assertThat(job(token, "1").status()).isEqualTo(200);
        clock.seconds(1);
        assertThat(job(token, "1").status()).isEqualTo(401);
        String second = "Bearer:" + token();
        accelerator.expireTokens();

        assertThat(job(second, "1").status()).isEqualTo(401);
    }

    @Test
    void opaqueTokensWorkAsLong() {
        accelerator.opaqueTokens(true);
        accelerator.tokenLife(Duration.ofSeconds(9));
        String token = token();

        assertThat(token).doesNotContain(".");
        assertThat(job("Bearer:" + token, "1").status()).isEqualTo(200);
        clock.seconds(9);
        assertThat(job("Bearer:" + token, "1").status()).isEqualTo(401);
    }

    @Test
    void loginsAreHeldUntilReleased() {
        accelerator.hold();
        CompletableFuture<BrowserPage> held = CompletableFuture.supplyAsync(this::alice);
        accelerator.awaitHeld(1);
        assertThat(accelerator.logins()).isZero();
        accelerator.release();

        assertThat(held.join().status()).isEqualTo(200);
        assertThat(accelerator.logins("alice")).isEqualTo(1);
    }

    @Test
    void loginCanReturnBlankToken() {
        accelerator.loginResponse(LoginResponse.BLANK_TOKEN);

        assertThat(token()).isBlank();
        assertThat(accelerator.logins()).isZero();
    }
}
