package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.PortCheck;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UnauthenticatedTest extends ProxyLoginFixture {
    private final TestBrowser browser = new TestBrowser();

    @AfterEach
    void nothingReachedTheBackend() {
        assertThat(proxy.backendRequests()).isZero();
    }

    @Test
    void signInPageIsForbiddenWithStartForm() {
        BrowserPage page = data(browser);

        assertThat(page.status()).isEqualTo(403);
        assertThat(page.header("Content-Type")).startsWith("text/html");
        assertThat(page.body()).contains("action=\"/oauth2/start\"");
        assertThat(page.hiddenFields()).containsEntry("rd", "/data?q=1");
    }

    @Test
    void acceptedJsonIsReturned() {
        for (String accepted : List.of("application/json", "application/json, */*", "text/plain ,application/json")) {
            BrowserPage json = browser.get(proxy.url() + "/data", "Accept", accepted);

            assertThat(json.status()).isEqualTo(401);
            assertThat(json.header("Content-Type")).isEqualTo("application/json");
            assertThat(json.body()).isEqualTo("{}");
        }
    }

    @Test
    void jsonWithAParameterIsNotAskedFor() {
        for (String accepted : List.of("application/json;q=1", "application/*", "*/*")) {
            assertThat(browser.get(proxy.url() + "/data", "Accept", accepted).status())
                    .isEqualTo(403);
        }
    }

    @Test
    void oldJsonHasNoBody() {
        try (FakeOAuth2Proxy old = builder().version(ProxyVersion.V7_0).start()) {
            BrowserPage json = browser.get(old.url() + "/data", "Accept", "application/json");

            assertThat(json.status()).isEqualTo(401);
            assertThat(json.header("Content-Type")).isEqualTo("application/json");
            assertThat(json.body()).isEmpty();
        }
    }

    @Test
    void oldVersionsIgnoreAccept() {
        try (FakeOAuth2Proxy old = builder().honourAcceptJson(false).start()) {
            assertThat(browser.get(old.url() + "/data", "Accept", "application/json")
                            .status())
                    .isEqualTo(403);
        }
    }

    @Test
    void jsonForAll() {
        proxy.unauthenticated(Unauthenticated.JSON);

        assertThat(data(browser).status()).isEqualTo(401);
        assertThat(data(browser).body()).isEqualTo("{}");
    }

    @Test
    void redirectForEveryMethod() {
        proxy.unauthenticated(Unauthenticated.REDIRECT);
        BrowserPage posted = browser.send(
                HttpRequest.newBuilder(URI.create(proxy.url() + "/data")).POST(BodyPublishers.ofString("x")));

        assertThat(posted.status()).isEqualTo(302);
        assertThat(posted.location()).startsWith(idp.url() + "/authorize");
        assertThat(posted.setCookies()).singleElement().asString().startsWith("_oauth2_proxy_csrf=");
        assertThat(browser.get(proxy.url() + "/oauth2/sign_in").status()).isEqualTo(302);
    }

    @Test
    void loginPageCanHaveStatus200() {
        proxy.unauthenticated(Unauthenticated.LOGIN_PAGE_200);

        assertThat(data(browser).status()).isEqualTo(200);
        assertThat(data(browser).body()).contains("action=\"/oauth2/start\"");
    }

    @Test
    void ownEndpointsWithoutASession() {
        assertThat(browser.get(proxy.url() + "/oauth2/auth").status()).isEqualTo(401);
        assertThat(browser.get(proxy.url() + "/oauth2/userinfo").status()).isEqualTo(401);
        assertThat(browser.get(proxy.url() + "/oauth2/sign_in").status()).isEqualTo(200);
        assertThat(browser.get(proxy.url() + "/ping").body()).isEqualTo("OK");
        assertThat(browser.get(proxy.url() + "/ready").body()).isEqualTo("OK");
    }

    @Test
    void unknownPathBelowThePrefixIsProtected() {
        BrowserPage page = browser.get(proxy.url() + "/oauth2/nothing?x=1");

        assertThat(page.status()).isEqualTo(403);
        assertThat(page.body()).contains("action=\"/oauth2/start\"");
        assertThat(page.hiddenFields()).containsEntry("rd", "/");
    }

    @Test
    void oldVersionsProtectTheReadinessPathToo() {
        try (FakeOAuth2Proxy old = builder().version(ProxyVersion.V7_0).start()) {
            assertThat(browser.get(old.url() + "/ready").status()).isEqualTo(403);
            assertThat(browser.get(old.url() + "/ping").body()).isEqualTo("OK");
        }
    }

    @Test
    void ownEndpointsTakeEveryMethod() {
        BrowserPage posted = browser.post(proxy.url() + "/oauth2/start", Map.of());
        BrowserPage head = browser.send(HttpRequest.newBuilder(URI.create(proxy.url() + "/oauth2/auth"))
                .method("HEAD", BodyPublishers.noBody()));

        assertThat(posted.status()).isEqualTo(302);
        assertThat(posted.location()).startsWith(idp.url() + "/authorize");
        assertThat(head.status()).isEqualTo(401);
    }

    @Test
    void authEndpointCanBeBlocked() {
        proxy.authEndpoint(404);

        assertThat(browser.get(proxy.url() + "/oauth2/auth").status()).isEqualTo(404);
        proxy.authEndpoint(0);
        assertThat(browser.get(proxy.url() + "/oauth2/auth").status()).isEqualTo(401);
    }

    @Test
    void namesAndPathsAreSettings() {
        try (FakeOAuth2Proxy other = builder().cookieName("sess").prefix("/in").start()) {
            BrowserPage form = browser.get(other.url() + "/in/start").follow();
            form.submit("username", "alice", "password", "wonderland").follow();

            assertThat(browser.cookies(other.url())).containsOnlyKeys("sess");
            assertThat(browser.get(other.url() + "/in/auth").status()).isEqualTo(202);
        }
    }

    @Test
    void proxyMakesAndClosesItsOwnProvider() {
        FakeIdentityProvider own;
        try (FakeOAuth2Proxy alone =
                FakeOAuth2Proxy.inFrontOf(ctx -> ctx.result("x")).start()) {
            own = alone.identityProvider();
            own.addUser("carol", "pw");
            BrowserPage form = browser.get(alone.url() + "/oauth2/start").follow();
            assertThat(form.submit("username", "carol", "password", "pw")
                            .follow()
                            .status())
                    .isEqualTo(302);
        }
        assertThat(PortCheck.open(own.url())).isFalse();
        assertThat(PortCheck.open(idp.url())).isTrue();
    }
}
