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

/** Somebody whom the identity provider knows and the proxy does not let pass. */
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
    void authEndpointAnswers401AndDeletesTheCookies() {
        assertLosesItsSession("/oauth2/auth");
        assertLosesItsSession("/oauth2/userinfo");
    }

    private void assertLosesItsSession(String path) {
        alice(browser);
        proxy.forbid("alice");

        BrowserPage answer = browser.get(proxy.url() + path);

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Content-Type")).startsWith("text/plain");
        assertThat(answer.body()).isEqualTo("Unauthorized\n");
        assertThat(answer.setCookies()).containsExactly(GONE.formatted(0), GONE.formatted(1));
        proxy.allow("alice");
        idp.endSessions();
    }

    @Test
    void oldAuthEndpointAnswers401Too() {
        alice(browser, old);
        old.forbid("alice");

        BrowserPage answer = browser.get(old.url() + "/oauth2/auth");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo("Unauthorized\n");
        assertThat(answer.setCookies()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*/*", "text/html", "application/json"})
    void protectedPathIsForbiddenByAPageThatLeadsToTheSignInPageWhateverIsAccepted(String accepted) {
        alice(browser);
        proxy.forbid("alice");

        BrowserPage answer = browser.get(proxy.url() + "/data", "Accept", accepted);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(answer.body())
                .contains("<title>403 Forbidden</title>", "You do not have permission to access this resource.")
                .contains("<form method=\"GET\" action=\"/oauth2/sign_in\">")
                .contains("<input type=\"hidden\" name=\"rd\" value=\"/data\">")
                .doesNotContain("/oauth2/start");
        assertThat(answer.setCookies()).containsExactly(GONE.formatted(0), GONE.formatted(1));
        assertThat(proxy.backendRequests()).isZero();
    }

    @Test
    void forcedJsonIsForbiddenInJson() {
        proxy.unauthenticated(Unauthenticated.JSON);
        alice(browser);
        proxy.forbid("alice");

        BrowserPage answer = data(browser);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.body()).isEqualTo("{}");
    }

    @Test
    void oldProtectedPathIs401InHtml() {
        alice(browser, old);
        old.forbid("alice");

        BrowserPage answer = browser.get(old.url() + "/data");

        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.header("Content-Type")).startsWith("text/html");
        assertThat(answer.body())
                .contains("<title>401 Permission Denied</title>", "<p>Unauthorized</p>", "href=\"/oauth2/sign_in\"");
        assertThat(answer.setCookies()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void callbackForbidsAndDeletesTheCsrfCookie(ProxyVersion version) {
        FakeOAuth2Proxy asked = version == ProxyVersion.V7_0 ? old : proxy;
        asked.forbid("alice");

        BrowserPage answer = alice(browser, asked);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body())
                .contains(version == ProxyVersion.V7_0 ? "Invalid Account" : "You do not have permission");
        assertThat(answer.setCookies()).singleElement().asString().startsWith("_oauth2_proxy_csrf=;");
        assertThat(asked.logins()).isZero();
    }

    @Test
    void authEndpointForbidsWhoIsNotInTheGroupThatIsAskedFor() {
        alice(browser);

        BrowserPage answer = browser.get(proxy.url() + "/oauth2/auth?allowed_groups=staff");

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).isEqualTo("Forbidden\n");
        assertThat(answer.setCookies()).isEmpty();
    }

    @Test
    void cookiesOfAnAccountThatIsAdmittedAgainAreGood() {
        alice(browser);
        var kept = Map.copyOf(browser.cookies(proxy.url()));
        proxy.forbid("alice");
        data(browser);
        proxy.allow("alice");
        browser.cookies(proxy.url()).putAll(kept);

        assertThat(data(browser).status()).isEqualTo(200);
    }
}
