package io.apikit.testkit.identityprovider;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class LoginPageKindTest extends ProxyLoginFixture {
    private final TestBrowser browser = new TestBrowser();

    @Test
    void userNameComesFirstAndThePasswordAlone() {
        idp.loginPage(LoginPageKind.USERNAME_FIRST);
        BrowserPage first = form(browser);
        assertThat(first.body()).contains("name=\"username\"").doesNotContain("name=\"password\"");

        BrowserPage second = first.submit("username", "alice");
        assertThat(second.body()).contains("name=\"password\"").doesNotContain("name=\"username\"");

        BrowserPage wrong = second.submit("password", "guess");
        assertThat(wrong.body()).contains("name=\"password\"").doesNotContain("name=\"username\"");
        assertThat(wrong.submit("password", "wonderland").follow().status()).isEqualTo(302);
        assertThat(data(browser).body()).endsWith("for alice");
        assertThat(idp.loginPosts()).extracting(LoginPost::user).containsExactly("alice", "alice");
    }

    @Test
    void honeypotHasToStayEmpty() {
        idp.loginPage(LoginPageKind.WITH_HONEYPOT);

        BrowserPage filled =
                form(browser).submit("login", "alice", "password", "wonderland", "required_field_0a1b", "I am a robot");
        BrowserPage empty = form(browser).submit("login", "alice", "password", "wonderland", "required_field_0a1b", "");

        assertThat(filled.status()).isEqualTo(422);
        assertThat(empty.status()).isEqualTo(302);
    }

    @Test
    void pageWithoutAFormIsServed() {
        idp.loginPage(LoginPageKind.NO_FORM);

        assertThat(form(browser).status()).isEqualTo(200);
        assertThat(form(browser).body()).doesNotContain("<form");
    }

    @Test
    void hugePageHasAFormBehindOneMebibyte() {
        idp.loginPage(LoginPageKind.HUGE);
        BrowserPage form = form(browser);

        assertThat(form.body()).hasSizeGreaterThan(1024 * 1024);
        assertThat(form.submit("username", "alice", "password", "wonderland").status())
                .isEqualTo(302);
    }

    @Test
    void formWithoutItsCsrfFieldLeadsNowhere() {
        idp.loginPage(LoginPageKind.CSRF_FIELD_MISSING);
        BrowserPage form = form(browser);

        assertThat(form.hiddenFields()).isEmpty();
        assertThat(form.submit("username", "alice", "password", "wonderland").status())
                .isEqualTo(400);
    }

    @Test
    void codeCanTravelInAForm() {
        idp.loginPage(LoginPageKind.FORM_POST);
        BrowserPage response = responseTo(browser, "alice", "wonderland");
        assertThat(response.status()).isEqualTo(200);
        assertThat(response.hiddenFields()).containsOnlyKeys("code", "state");
        assertThat(response.action()).isEqualTo(proxy.url() + "/oauth2/callback");

        assertThat(response.submit().status()).isEqualTo(302);
        assertThat(data(browser).body()).endsWith("for alice");
    }

    @Test
    void whatComesFromOutsideIsEscaped() {
        BrowserPage page = browser.get(proxy.url() + "/oauth2/sign_in?rd=/%22%3E%3Cscript%3E%27%26lt%3B");

        assertThat(page.body()).contains("value=\"/&quot;&gt;&lt;script&gt;&#39;&amp;lt;\"");
    }

    @Test
    void oneTimeCodeStandsBehindThePassword() {
        idp.requireTotp("alice");
        BrowserPage otp = responseTo(browser, "alice", "wonderland");

        assertThat(otp.status()).isEqualTo(200);
        assertThat(otp.body()).contains("name=\"otp\"", "one-time-code");
        assertThat(idp.logins()).isZero();
        BrowserPage again = otp.submit("otp", "000000");
        assertThat(again.body()).contains("name=\"otp\"");
        assertThat(again.submit("otp", FakeIdentityProvider.ONE_TIME_CODE)
                        .follow()
                        .status())
                .isEqualTo(302);
        assertThat(idp.logins()).isEqualTo(1);
    }

    @Test
    void pageCannotBePostedInPlaceOfAnother() {
        idp.requireTotp("alice");
        BrowserPage otp = responseTo(browser, "alice", "wonderland");

        BrowserPage skipped =
                browser.post(idp.url() + "/consent", Map.of("csrf_token", otp.csrf(), "decision", "approve"));

        assertThat(skipped.status()).isEqualTo(400);
    }

    @Test
    void grantedConsentLeadsBack() {
        idp.requireConsent("alice");
        BrowserPage consent = responseTo(browser, "alice", "wonderland");

        assertThat(consent.body()).contains("value=\"approve\"", "value=\"deny\"");
        assertThat(consent.submit("decision", "approve").follow().status()).isEqualTo(302);
        assertThat(logIn(new TestBrowser(), "bob", "builder").status()).isEqualTo(302);
    }

    @Test
    void deniedConsentIsAForbiddenCallback() {
        idp.requireConsent(true);
        BrowserPage callback =
                responseTo(browser, "bob", "builder").submit("decision", "deny").follow();

        assertThat(callback.status()).isEqualTo(403);
        assertThat(callback.body()).contains("access_denied");
        assertThat(proxy.logins()).isZero();
    }

    @Test
    void newPasswordIsChosenOnce() {
        idp.requirePasswordChange("alice");
        BrowserPage change = responseTo(browser, "alice", "wonderland");
        assertThat(change.body()).containsSubsequence("new-password", "new-password");

        BrowserPage differing = change.submit("password-new", "a", "password-confirm", "b");
        assertThat(differing.status()).isEqualTo(200);
        BrowserPage callback = differing.submit("password-new", "c", "password-confirm", "c");

        assertThat(callback.follow().status()).isEqualTo(302);
        assertThat(logIn(new TestBrowser(), "alice", "c").status()).isEqualTo(302);
    }
}
