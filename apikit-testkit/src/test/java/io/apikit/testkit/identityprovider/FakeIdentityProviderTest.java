package io.apikit.testkit.identityprovider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class FakeIdentityProviderTest extends ProxyLoginFixture {
    private final TestBrowser browser = new TestBrowser();

    @Test
    void rightPasswordLeadsToTheBackend() {
        BrowserPage callback = alice(browser);

        assertThat(callback.status()).isEqualTo(302);
        assertThat(callback.location()).isEqualTo(proxy.url() + "/data");
        assertThat(data(browser).status()).isEqualTo(200);
        assertThat(data(browser).body()).isEqualTo("GET /data for alice");
        assertThat(browser.get(proxy.url() + "/oauth2/auth").status()).isEqualTo(202);
        assertThat(browser.cookies(proxy.url())).containsOnlyKeys("_oauth2_proxy");
    }

    @Test
    void proxyAndIdentityProviderAreTwoOrigins() {
        BrowserPage start = browser.get(proxy.url() + "/oauth2/start");

        assertThat(start.location()).startsWith(idp.url() + "/authorize?").doesNotStartWith(proxy.url());
        assertThat(start.setCookies()).singleElement().asString().startsWith("_oauth2_proxy_csrf=");
        assertThat(start.setCookies().get(0)).contains("; Secure", "; HttpOnly", "; Path=/");
    }

    @Test
    void everyStartAsksTheProviderForApproval() {
        assertThat(browser.get(proxy.url() + "/oauth2/start").location()).contains("approval_prompt=force");
    }

    @Test
    void wrongPasswordShowsTheFormAgain() {
        BrowserPage response = responseTo(browser, "alice", "guess");

        assertThat(response.status()).isEqualTo(200);
        assertThat(response.body()).contains("Invalid user name or password", "name=\"password\"");
        assertThat(response.submit("username", "alice", "password", "wonderland")
                        .status())
                .isEqualTo(302);
    }

    @Test
    void unknownUserLooksLikeAWrongPassword() {
        String wrong = responseTo(new TestBrowser(), "alice", "guess").body();
        String unknown = responseTo(new TestBrowser(), "mallory", "guess").body();

        assertThat(withoutToken(unknown)).isEqualTo(withoutToken(wrong));
    }

    @Test
    void disabledUserIsRefused() {
        idp.disable("alice");

        assertThat(responseTo(browser, "alice", "wonderland").status()).isEqualTo(200);
        assertThat(idp.logins()).isZero();
    }

    @Test
    void changedPasswordCountsFromNowOn() {
        idp.changePassword("alice", "looking-glass");

        assertThat(responseTo(browser, "alice", "wonderland").status()).isEqualTo(200);
        assertThat(responseTo(browser, "alice", "looking-glass").status()).isEqualTo(302);
    }

    @Test
    void errorNamesTheUnknownUser() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> idp.requireTotp("nobody"))
                .withMessageContaining("nobody");
    }

    @Test
    void csrfTokenIsGoodForOnePost() {
        BrowserPage form = form(browser);
        form.submit("username", "alice", "password", "guess");

        assertThat(form.submit("username", "alice", "password", "wonderland").status())
                .isEqualTo(400);
    }

    @Test
    void csrfTokenOfAnotherBrowserIsRefused() {
        String foreign = form(new TestBrowser()).csrf();
        BrowserPage form = form(browser);

        assertThat(form.submit("csrf_token", foreign, "username", "alice", "password", "wonderland")
                        .status())
                .isEqualTo(400);
    }

    @Test
    void loginWithoutTheProvidersCookieIsRefused() {
        BrowserPage form = form(browser);
        browser.cookies(idp.url()).clear();

        assertThat(form.submit("username", "alice", "password", "wonderland").status())
                .isEqualTo(400);
    }

    @Test
    void singleSignOnShowsNoForm() {
        alice(browser);
        browser.cookies(proxy.url()).clear();

        BrowserPage authorized = form(browser);

        assertThat(authorized.status()).isEqualTo(302);
        assertThat(authorized.follow().location()).isEqualTo(proxy.url() + "/data");
        assertThat(idp.logins()).isEqualTo(1);
        assertThat(proxy.logins()).isEqualTo(2);
    }

    @Test
    void endedSingleSignOnShowsTheFormAgain() {
        alice(browser);
        idp.endSessions();

        assertThat(form(browser).body()).contains("name=\"password\"");
    }

    @Test
    void disabledUserHasNoSingleSignOn() {
        alice(browser);
        idp.disable("alice");

        assertThat(form(browser).body()).contains("name=\"password\"");
    }

    @Test
    void loginsFailOnEveryPageUntilRepaired() {
        BrowserPage form = form(browser);
        idp.failLogins(503);

        assertThat(form.submit("username", "alice", "password", "wonderland").status())
                .isEqualTo(503);
        assertThat(form(browser).status()).isEqualTo(503);
        idp.failLogins(0);
        assertThat(alice(browser).status()).isEqualTo(302);
    }

    @Test
    void failingLoginsCanSayWhenToComeBack() {
        idp.failLogins(429, Duration.ofSeconds(7));

        assertThat(form(browser).header("Retry-After")).isEqualTo("7");
    }

    @Test
    void startWorksWhileTheIdentityProviderIsDown() {
        idp.close();

        assertThat(browser.get(proxy.url() + "/oauth2/start").status()).isEqualTo(302);
    }

    @Test
    void unregisteredRedirectIsRefused() {
        BrowserPage page = browser.get(idp.url() + "/authorize?state=x&redirect_uri=http://127.0.0.1:1/");

        assertThat(page.status()).isEqualTo(400);
    }

    @Test
    void postsAreRecordedWithTheirTokens() {
        BrowserPage form = form(browser);
        String token = form.csrf();
        form.submit("username", "alice", "password", "guess");
        alice(browser);

        assertThat(idp.loginPosts()).hasSize(2);
        assertThat(idp.loginPosts().get(0)).isEqualTo(new LoginPost("alice", "guess", token));
        assertThat(idp.loginPosts().get(1).csrfToken()).isNotEqualTo(token);
        assertThat(idp.loginPosts().get(0)).hasToString("LoginPost[user=alice]");
    }

    @Test
    void everythingIsCounted() {
        responseTo(browser, "alice", "guess");
        alice(browser);
        logIn(new TestBrowser(), "bob", "builder");

        assertThat(idp.loginAttempts()).isEqualTo(3);
        assertThat(idp.loginAttempts("alice")).isEqualTo(2);
        assertThat(idp.logins()).isEqualTo(2);
        assertThat(idp.logins("alice")).isEqualTo(1);
        assertThat(idp.count("/login")).isEqualTo(3);
        assertThat(idp.count("/authorize")).isEqualTo(3);
        assertThat(proxy.logins("bob")).isEqualTo(1);
        assertThat(proxy.count("/oauth2/start")).isEqualTo(3);
        assertThat(proxy.count("/oauth2/auth")).isZero();
    }

    private static String withoutToken(String body) {
        return body.replaceAll("value=\"[^\"]{32}\"", "");
    }
}
