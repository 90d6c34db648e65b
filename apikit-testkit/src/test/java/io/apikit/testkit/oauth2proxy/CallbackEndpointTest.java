package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class CallbackEndpointTest extends ProxyLoginFixture {
    private final TestBrowser browser = new TestBrowser();

    @Test
    void missingCsrfCookieIsForbiddenBeforeRedeeming() {
        BrowserPage back = responseTo(browser, "alice", "wonderland");
        var cookies = Map.copyOf(browser.cookies(proxy.url()));
        browser.cookies(proxy.url()).clear();

        BrowserPage callback = back.follow();

        assertThat(callback.status()).isEqualTo(403);
        assertThat(callback.header("Content-Type")).startsWith("text/html");
        assertThat(callback.body()).contains("Login Failed: Unable to find a valid CSRF token. Please try again.");
        assertThat(callback.setCookies()).isEmpty();
        assertThat(proxy.logins()).isZero();
        browser.cookies(proxy.url()).putAll(cookies);
        assertThat(back.follow().status()).isEqualTo(302);
    }

    @Test
    void csrfCookieThatWasNotSignedIsNone() {
        BrowserPage back = responseTo(browser, "alice", "wonderland");
        browser.cookies(proxy.url()).computeIfPresent("_oauth2_proxy_csrf", (name, value) -> value + "x");

        assertThat(back.follow().status()).isEqualTo(403);
    }

    @Test
    void withoutStateTheCallbackIsAnInternalError() {
        BrowserPage callback = browser.get(proxy.url() + "/oauth2/callback");

        assertThat(callback.status()).isEqualTo(500);
        assertThat(callback.body()).contains("<title>500 Internal Server Error</title>", "Oops!");
    }

    @Test
    void withoutCodeTheCallbackIsAnInternalError() {
        browser.get(proxy.url() + "/oauth2/start");

        assertThat(browser.get(proxy.url() + "/oauth2/callback?state=a:/").status())
                .isEqualTo(500);
    }

    @Test
    void badCodeIsCheckedBeforeForeignState() {
        browser.get(proxy.url() + "/oauth2/start");

        BrowserPage callback = browser.get(proxy.url() + "/oauth2/callback?code=bad&state=other:/");

        assertThat(callback.status()).isEqualTo(500);
        assertThat(callback.setCookies()).isEmpty();
    }

    @Test
    void refusalOfTheProviderIsForbidden() {
        for (ProxyVersion version : ProxyVersion.values()) {
            try (FakeOAuth2Proxy asked = builder().version(version).start()) {
                String refused = asked.url() + "/oauth2/callback?error=access_denied&state=a:/";
                assertThat(browser.get(refused).status()).isEqualTo(403);
                browser.get(asked.url() + "/oauth2/start");
                assertThat(browser.get(refused).status()).isEqualTo(403);
                assertThat(browser.get(refused).body()).contains("access_denied");
            }
        }
    }

    @Test
    void oldVersionsRedeemTheCodeFirst() {
        try (FakeOAuth2Proxy old = builder().version(ProxyVersion.V7_0).start()) {
            BrowserPage bad = browser.get(old.url() + "/oauth2/callback?code=bad&state=a:/");
            assertThat(bad.status()).isEqualTo(500);
            assertThat(bad.body()).contains("Internal Error");

            BrowserPage back = browser.get(old.url() + "/oauth2/start")
                    .follow()
                    .submit("username", "alice", "password", "wonderland");
            browser.cookies(old.url()).clear();
            assertThat(back.follow().status()).isEqualTo(403);
            assertThat(back.follow().status()).isEqualTo(500);
        }
    }

    @Test
    void stateOfAnotherStartIsForbidden() {
        BrowserPage back = responseTo(browser, "alice", "wonderland");
        browser.get(proxy.url() + "/oauth2/start");

        BrowserPage callback = back.follow();

        assertThat(callback.status()).isEqualTo(403);
        assertThat(callback.setCookies()).singleElement().asString().startsWith("_oauth2_proxy_csrf=;");
    }

    @Test
    void csrfCookiesPerRequestAllowTwoStarts() {
        try (FakeOAuth2Proxy other = builder().csrfPerRequest(true).start()) {
            BrowserPage first = browser.get(other.url() + "/oauth2/start").follow();
            browser.get(other.url() + "/oauth2/start");
            BrowserPage callback =
                    first.submit("username", "alice", "password", "wonderland").follow();

            assertThat(callback.status()).isEqualTo(302);
        }
    }

    @Test
    void callbackDeletesTheCsrfCookie() {
        BrowserPage callback = alice(browser);

        assertThat(callback.setCookies())
                .anySatisfy(line ->
                        assertThat(line).startsWith("_oauth2_proxy_csrf=;").contains("Max-Age=0"));
    }

    @Test
    void codeIsRedeemedOnce() {
        BrowserPage back = responseTo(browser, "alice", "wonderland");
        String csrf = browser.cookies(proxy.url()).get("_oauth2_proxy_csrf");
        back.follow();
        browser.cookies(proxy.url()).clear();
        browser.cookies(proxy.url()).put("_oauth2_proxy_csrf", csrf);

        assertThat(back.follow().status()).isEqualTo(500);
    }

    @Test
    void refusedCodesAreAnInternalError() {
        idp.refuseCodes(true);

        assertThat(alice(browser).status()).isEqualTo(500);
    }

    @Test
    void oldProxyFetchesNewKeysAtItsRestart() {
        try (FakeOAuth2Proxy old = builder().version(ProxyVersion.V7_0).start()) {
            idp.rotateKeys();

            assertThat(alice(browser).status()).isEqualTo(302);
            assertThat(alice(new TestBrowser(), old).status()).isEqualTo(500);
            assertThat(alice(new TestBrowser(), old).status()).isEqualTo(500);
        }
        try (FakeOAuth2Proxy restarted = builder().version(ProxyVersion.V7_0).start()) {
            assertThat(alice(new TestBrowser(), restarted).status()).isEqualTo(302);
        }
    }

    @Test
    void userWhoMayNotLogInIsForbidden() {
        proxy.forbidLogin("alice");

        assertThat(alice(browser).status()).isEqualTo(403);
        proxy.allow("alice");
        assertThat(form(browser).follow().status()).isEqualTo(302);
    }

    @Test
    void returnAddressStaysOnTheProxy() {
        for (String away : new String[] {"//evil.example", "https://evil.example", "/%5Cevil.example"}) {
            BrowserPage form = new TestBrowser()
                    .get(proxy.url() + "/oauth2/start?rd=" + away)
                    .follow();
            BrowserPage callback =
                    form.submit("username", "alice", "password", "wonderland").follow();

            assertThat(callback.location()).isEqualTo(proxy.url() + "/");
        }
    }
}
