package io.apikit.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class CallbackTest extends FakesTest {
    private final Browser browser = new Browser();

    @Test
    void missingCsrfCookieIsForbidden() {
        Page back = answerTo(browser, "alice", "wonderland");
        browser.cookies(proxy.url()).clear();

        Page callback = back.follow();

        assertThat(callback.status()).isEqualTo(403);
        assertThat(callback.header("Content-Type")).startsWith("text/html");
        assertThat(proxy.logins()).isZero();
    }

    @Test
    void stateOfAnotherStartIsForbidden() {
        Page back = answerTo(browser, "alice", "wonderland");
        browser.get(proxy.url() + "/oauth2/start");

        assertThat(back.follow().status()).isEqualTo(403);
        assertThat(browser.cookies(proxy.url())).doesNotContainKey("_oauth2_proxy");
    }

    @Test
    void withCsrfCookiesPerRequestTwoStartsLiveSideBySide() {
        try (FakeOAuth2Proxy other = builder().csrfPerRequest(true).start()) {
            Page first = browser.get(other.url() + "/oauth2/start").follow();
            browser.get(other.url() + "/oauth2/start");
            Page callback =
                    first.submit("username", "alice", "password", "wonderland").follow();

            assertThat(callback.status()).isEqualTo(302);
        }
    }

    @Test
    void callbackDeletesTheCsrfCookie() {
        Page callback = alice(browser);

        assertThat(callback.setCookies())
                .anySatisfy(line ->
                        assertThat(line).startsWith("_oauth2_proxy_csrf=;").contains("Max-Age=0"));
    }

    @Test
    void codeIsRedeemedOnce() {
        Page back = answerTo(browser, "alice", "wonderland");
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
    void userWhoMayNotLogInIsForbidden() {
        proxy.forbidLogin("alice");

        assertThat(alice(browser).status()).isEqualTo(403);
        proxy.allow("alice");
        assertThat(form(browser).follow().status()).isEqualTo(302);
    }

    @Test
    void returnAddressStaysOnTheProxy() {
        for (String away : new String[] {"//evil.example", "https://evil.example", "/%5Cevil.example"}) {
            Page form =
                    new Browser().get(proxy.url() + "/oauth2/start?rd=" + away).follow();
            Page callback =
                    form.submit("username", "alice", "password", "wonderland").follow();

            assertThat(callback.location()).isEqualTo(proxy.url() + "/");
        }
    }
}
