package io.apikit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.Test;

final class BackendTest extends FakesTest {
    private final Browser browser = new Browser();

    @Override
    FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder ignored) {
        return FakeOAuth2Proxy.inFrontOf(ctx -> {
                    ctx.header("X-Seen", ctx.header("X-Forwarded-User") + " " + ctx.header("X-Custom"));
                    ctx.header("X-Groups", String.valueOf(ctx.header("X-Forwarded-Groups")));
                    ctx.header("X-Names", String.join(",", ctx.headerMap().keySet()));
                    ctx.header("X-Email", String.valueOf(ctx.header("x-forwarded-email")));
                    ctx.status(ctx.path().equals("/teapot") ? 418 : 200)
                            .result(ctx.method() + " " + ctx.path() + "?" + ctx.queryString() + " " + ctx.body());
                })
                .identityProvider(idp)
                .start();
    }

    @Test
    void methodPathQueryHeadersAndBodyPassThrough() {
        alice(browser);
        Page answer = browser.send(request("/a/b%2Fc?x=%20y")
                .header("X-Custom", "kept")
                .method("PATCH", BodyPublishers.ofString("{\"a\":1}")));

        assertThat(answer.body()).isEqualTo("PATCH /a/b%2Fc?x=%20y {\"a\":1}");
        assertThat(answer.header("X-Seen")).isEqualTo("alice kept");
        assertThat(answer.header("X-Email")).isEqualTo("alice@example.org");
    }

    @Test
    void identityFromOutsideIsDropped() {
        alice(browser);
        Page answer = browser.send(request("/x")
                .header("X-Forwarded-User", "root")
                .header("X_Forwarded_User", "root")
                .header("X-Forwarded-Groups", "admins")
                .GET());

        assertThat(answer.header("X-Seen")).startsWith("alice ");
        assertThat(answer.header("X-Groups")).isEqualTo("null");
        assertThat(answer.header("X-Names")).contains("X-Forwarded-User").doesNotContain("X_Forwarded_User");
    }

    @Test
    void answersOfTheBackendComeBackAsTheyAre() {
        alice(browser);

        assertThat(browser.get(proxy.url() + "/teapot").status()).isEqualTo(418);
        assertThat(browser.get(proxy.url() + "/").body()).isEqualTo("GET /?null ");
    }

    @Test
    void plainTextIsUtf8() {
        try (FakeOAuth2Proxy other = FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result("Zo\u00eb"))
                .identityProvider(idp)
                .start()) {
            browser.get(other.url() + "/oauth2/start")
                    .follow()
                    .submit("username", "alice", "password", "wonderland")
                    .follow();

            assertThat(browser.get(other.url() + "/").body()).isEqualTo("Zo\u00eb");
        }
    }

    @Test
    void headReachesTheBackend() {
        alice(browser);
        Page answer = browser.send(request("/teapot").method("HEAD", BodyPublishers.noBody()));

        assertThat(answer.status()).isEqualTo(418);
        assertThat(answer.header("X-Seen")).startsWith("alice");
    }

    @Test
    void onlyWhatReachesTheBackendIsCounted() {
        data(browser);
        alice(browser);
        data(browser);
        browser.get(proxy.url() + "/oauth2/userinfo");

        assertThat(proxy.backendRequests()).isEqualTo(1);
        assertThat(proxy.backendRequests("alice")).isEqualTo(1);
        assertThat(proxy.backendRequests("bob")).isZero();
        assertThat(proxy.count("/data")).isEqualTo(2);
    }

    @Test
    void userInfoIsJson() {
        alice(browser);

        assertThat(browser.get(proxy.url() + "/oauth2/userinfo").body())
                .contains("\"user\":\"alice\"", "\"email\":\"alice@example.org\"");
    }

    private HttpRequest.Builder request(String target) {
        return HttpRequest.newBuilder(URI.create(proxy.url() + target));
    }
}
