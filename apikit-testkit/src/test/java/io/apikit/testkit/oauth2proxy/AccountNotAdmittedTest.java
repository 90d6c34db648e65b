package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests of a user that the identity provider knows and the proxy does not admit. */
final class AccountNotAdmittedTest extends ProxyLoginFixture {
    private static final String GONE = "_oauth2_proxy_%d=; Path=/; Max-Age=0; HttpOnly; Secure";

    private final TestBrowser browser = new TestBrowser();
    private final FakeOAuth2Proxy old =
            builder().version(ProxyVersion.V7_0).splitCookies(500).start();

    @Override
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.splitCookies(500).start();
    }

    @AfterEach
    void stopOld() {
        old.close();
    }

    @Test
    void authEndpointReturns401AndDeletesTheCookies() {
        assertLosesItsSession("/oauth2/auth");
        assertLosesItsSession("/oauth2/userinfo");
    }

    private void assertLosesItsSession(String path) {
        alice(browser);
        proxy.forbid("alice");

        BrowserPage response = browser.get(proxy.url() + path);

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("Content-Type")).startsWith("text/plain");
        assertThat(response.body()).isEqualTo("Unauthorized\n");
        assertThat(response.setCookies()).containsExactly(GONE.formatted(0), GONE.formatted(1));
        proxy.allow("alice");
        idp.endSessions();
    }

    @Test
    void oldAuthEndpointReturns401Too() {
        alice(browser, old);
        old.forbid("alice");

        BrowserPage response = browser.get(old.url() + "/oauth2/auth");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.body()).isEqualTo("Unauthorized\n");
        assertThat(response.setCookies()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/html", "application/json"})
    void protectedPathIsForbiddenWithPage(String accepted) {
        alice(browser);
        proxy.forbid("alice");

        BrowserPage response = browser.get(proxy.url() + "/data", "Accept", accepted);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.header("Content-Type")).startsWith("text/html");
        assertThat(response.body())
                .contains("<title>403 Forbidden</title>", "You do not have permission to access this resource.")
                .contains("<form method=\"GET\" action=\"/oauth2/sign_in\">")
                .contains("<input type=\"hidden\" name=\"rd\" value=\"/data\">")
                .doesNotContain("/oauth2/start");
        assertThat(response.setCookies()).containsExactly(GONE.formatted(0), GONE.formatted(1));
        assertThat(proxy.backendRequests()).isZero();
    }

    @Test
    void forcedJsonIsForbiddenInJson() {
        proxy.unauthenticated(Unauthenticated.JSON);
        alice(browser);
        proxy.forbid("alice");

        BrowserPage response = data(browser);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.header("Content-Type")).isEqualTo("application/json");
        assertThat(response.body()).isEqualTo("{}");
    }

    @Test
    void oldProtectedPathIs401InHtml() {
        alice(browser, old);
        old.forbid("alice");

        BrowserPage response = browser.get(old.url() + "/data");

        assertThat(response.status()).isEqualTo(401);
        assertThat(response.header("Content-Type")).startsWith("text/html");
        assertThat(response.body())
                .contains("<title>401 Permission Denied</title>", "<p>Unauthorized</p>", "href=\"/oauth2/sign_in\"");
        assertThat(response.setCookies()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void callbackForbidsAndDeletesTheCsrfCookie(ProxyVersion version) {
        FakeOAuth2Proxy asked = version == ProxyVersion.V7_0 ? old : proxy;
        asked.forbid("alice");

        BrowserPage response = alice(browser, asked);

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body())
                .contains(version == ProxyVersion.V7_0 ? "Invalid Account" : "You do not have permission");
        assertThat(response.setCookies()).singleElement().asString().startsWith("_oauth2_proxy_csrf=;");
        assertThat(asked.logins()).isZero();
    }

    @Test
    void authEndpointForbidsUserOutsideRequestedGroup() {
        alice(browser);

        BrowserPage response = browser.get(proxy.url() + "/oauth2/auth?allowed_groups=staff");

        assertThat(response.status()).isEqualTo(403);
        assertThat(response.body()).isEqualTo("Forbidden\n");
        assertThat(response.setCookies()).isEmpty();
    }

    @Test
    void cookiesAreValidWhenAccountIsAdmittedAgain() {
        alice(browser);
        var kept = Map.copyOf(browser.cookies(proxy.url()));
        proxy.forbid("alice");
        data(browser);
        proxy.allow("alice");
        browser.cookies(proxy.url()).putAll(kept);

        assertThat(data(browser).status()).isEqualTo(200);
    }
}
