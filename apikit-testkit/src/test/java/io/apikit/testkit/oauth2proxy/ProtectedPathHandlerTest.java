package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class ProtectedPathHandlerTest extends ProxyLoginFixture {
    private final TestBrowser browser = new TestBrowser();

    @Override
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder ignored) {
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
        BrowserPage response = browser.send(request("/a/b%2Fc?x=%20y")
                .header("X-Custom", "kept")
                .method("PATCH", BodyPublishers.ofString("{\"a\":1}")));

        assertThat(response.body()).isEqualTo("PATCH /a/b%2Fc?x=%20y {\"a\":1}");
        assertThat(response.header("X-Seen")).isEqualTo("alice kept");
        assertThat(response.header("X-Email")).isEqualTo("alice@example.org");
    }

    @Test
    void routeWithoutAuthPassesADeadSessionAndDeletesItsCookie() {
        try (var open = skipping(ProxyVersion.V7_15)) {
            alice(browser, open);
            assertThat(browser.get(open.url() + "/open/x").header("X-Seen")).isEqualTo("alice");
            open.expireAllSessions();

            BrowserPage response = browser.get(open.url() + "/open/x");

            assertThat(response.status()).isEqualTo(200);
            assertThat(response.header("X-Seen")).isEqualTo("null");
            assertThat(response.header("Set-Cookie"))
                    .startsWith("_oauth2_proxy=;")
                    .contains("Max-Age=0");
            assertThat(open.backendRequests("")).isOne();
            assertThat(browser.get(open.url() + "/closed").status()).isEqualTo(403);
        }
    }

    @Test
    void oldRouteWithoutAuthReadsNoCookie() {
        try (var open = skipping(ProxyVersion.V7_0)) {
            alice(browser, open);

            assertThat(browser.get(open.url() + "/open/x").header("X-Seen")).isEqualTo("null");
        }
    }

    private FakeOAuth2Proxy skipping(ProxyVersion version) {
        return FakeOAuth2Proxy.inFrontOf(ctx -> ctx.header("X-Seen", String.valueOf(ctx.header("X-Forwarded-User"))))
                .identityProvider(idp)
                .version(version)
                .skipAuthRoutes("GET=^/open/")
                .start();
    }

    @Test
    void identityFromOutsideIsDropped() {
        alice(browser);
        BrowserPage response = browser.send(request("/x")
                .header("X-Forwarded-User", "root")
                .header("X_Forwarded_User", "root")
                .header("X-Forwarded-Groups", "admins")
                .GET());

        assertThat(response.header("X-Seen")).startsWith("alice ");
        assertThat(response.header("X-Groups")).isEqualTo("null");
        assertThat(response.header("X-Names")).contains("X-Forwarded-User").doesNotContain("X_Forwarded_User");
    }

    @Test
    void opaqueSubjectIsUserWithoutPreferredName() {
        try (var dex = FakeIdentityProvider.builder()
                        .opaqueIdentities(true)
                        .user("alice", "wonderland")
                        .start();
                var other = echo(dex, ProxyVersion.V7_15)) {
            alice(browser, other);
            BrowserPage response = browser.get(other.url() + "/");

            assertThat(response.body())
                    .containsPattern("(?m)^X-Forwarded-User: [0-9a-f-]{36}$")
                    .contains("X-Forwarded-Email: alice@example.org")
                    .doesNotContain("X-Forwarded-Preferred-Username");
            assertThat(browser.get(other.url() + "/oauth2/userinfo").body()).doesNotContain("preferredUsername");
            assertThat(other.backendRequests("alice")).isEqualTo(1);
        }
    }

    @Test
    void sessionCookieIsPassedOnToTheBackend() {
        try (var other = echo(ProxyVersion.V7_15)) {
            alice(browser, other);
            browser.cookies(other.url()).put("own", "1");

            assertThat(browser.get(other.url() + "/").body())
                    .containsPattern("(?m)^Cookie: _oauth2_proxy=[^;]+; own=1$");
        }
    }

    @Test
    void headersNotSetByTheProxyReachBackend() {
        try (var other = echo(ProxyVersion.V7_15)) {
            alice(browser, other);
            BrowserPage response = browser.get(
                    other.url() + "/", "X-Forwarded-Access-Token", "forged", "X-Auth-Request-User", "mallory");

            assertThat(response.body()).contains("X-Forwarded-Access-Token: forged", "X-Auth-Request-User: mallory");
        }
    }

    @Test
    void oldVersionsPassUnderscoresOn() {
        try (var old = echo(ProxyVersion.V7_0)) {
            alice(browser, old);
            BrowserPage response =
                    browser.get(old.url() + "/", "X_Forwarded_User", "mallory", "X-Forwarded-User", "mallory");

            assertThat(response.body()).contains("X_Forwarded_User: mallory", "X-Forwarded-User: alice");
        }
    }

    @Test
    void responsesToASessionHaveItsEmail() {
        assertThat(browser.get(proxy.url() + "/oauth2/auth").header("Gap-Auth")).isEmpty();
        alice(browser);

        assertThat(data(browser).header("Gap-Auth")).isEqualTo("alice@example.org");
        assertThat(browser.get(proxy.url() + "/oauth2/auth").header("Gap-Auth")).isEqualTo("alice@example.org");
    }

    private FakeOAuth2Proxy echo(ProxyVersion version) {
        return echo(idp, version);
    }

    private static FakeOAuth2Proxy echo(FakeIdentityProvider provider, ProxyVersion version) {
        return FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result(ctx.headerMap().entrySet().stream()
                        .map(header -> header.getKey() + ": " + header.getValue() + "\n")
                        .collect(Collectors.joining())))
                .identityProvider(provider)
                .version(version)
                .start();
    }

    @Test
    void responsesOfTheBackendAreUnchanged() {
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
        BrowserPage response = browser.send(request("/teapot").method("HEAD", BodyPublishers.noBody()));

        assertThat(response.status()).isEqualTo(418);
        assertThat(response.header("X-Seen")).startsWith("alice");
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
