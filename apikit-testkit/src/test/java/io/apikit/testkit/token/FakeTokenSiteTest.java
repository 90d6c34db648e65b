package io.apikit.testkit.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.JsonText;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FakeTokenSiteTest {
    private final TestClock clock = new TestClock();
    private final FakeTokenSite site = FakeTokenSite.inFrontOf(ctx -> ctx.result(FakeTokenSite.user(ctx)))
            .loginPath("/sessions/{name}")
            .tokenLife(Duration.ofMinutes(10))
            .clock(clock)
            .start();
    private final TestBrowser browser = new TestBrowser();

    @BeforeEach
    void addUser() {
        site.addUser("alice", "wonderland");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private BrowserPage json(String body) {
        return post("application/json", body);
    }

    private BrowserPage post(String type, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(site.url() + "/sessions/new"))
                .header("Content-Type", type)
                .POST(BodyPublishers.ofString(body));
        return browser.send(headers.length == 0 ? request : request.headers(headers));
    }

    private static String token(BrowserPage login) {
        return JsonText.of(login).get("access_token").asText();
    }

    private BrowserPage get(String header, String value) {
        return browser.get(site.url() + "/data", header, value);
    }

    @Test
    void credentialsMayBeBasicFormOrJson() {
        assertThat(post("text/plain", "", "Authorization", JsonText.basic("alice", "wonderland"))
                        .status())
                .isEqualTo(200);
        assertThat(browser.post(site.url() + "/sessions/x", Map.of("u", "alice", "p", "wonderland"))
                        .status())
                .isEqualTo(200);
        assertThat(browser.post(site.url() + "/sessions/alice", Map.of("p", "wonderland"))
                        .status())
                .isEqualTo(200);
        assertThat(json("{\"auth\":[{\"name\":\"alice\"},{\"secret\":\"wonderland\"}]}")
                        .status())
                .isEqualTo(200);
        assertThat(site.logins("alice")).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"user\":\"alice\",\"password\":\"wrong\"}", "{}", "[]", "\"alice\""})
    void otherCredentialsAreRefused(String body) {
        assertThat(json(body).status()).isEqualTo(401);
        assertThat(site.logins()).isZero();
        assertThat(site.loginAttempts()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer ", "token ", ""})
    void tokenIsGoodInAnyHeader(String scheme) {
        String token = token(json("{\"user\":\"alice\",\"password\":\"wonderland\"}"));

        assertThat(get("Authorization", scheme + token).body()).isEqualTo("alice");
        assertThat(get("X-API-KEY", scheme + token).body()).isEqualTo("alice");
        assertThat(get("X-API-KEY", scheme + token + "x").status()).isEqualTo(401);
    }

    @Test
    void tokenEndsWithItsTimeOrAtOnce() {
        String first = token(json("{\"user\":\"alice\",\"password\":\"wonderland\"}"));
        clock.seconds(601);
        assertThat(get("Authorization", "Bearer " + first).status()).isEqualTo(401);

        String second = token(json("{\"user\":\"alice\",\"password\":\"wonderland\"}"));
        site.expireTokens();
        assertThat(get("Authorization", "Bearer " + second).status()).isEqualTo(401);
    }
}
