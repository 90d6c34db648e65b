package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The {@code Set-Cookie} lines of both versions of the proxy. */
final class ProxyCookieWriterTest extends ProxyLoginFixture {
    private static final String SIGNED = "[\\w-]{32,}=*\\|1767323045\\|[\\w-]{43}=";
    private static final String IN_A_WEEK = "; Path=/; Expires=Fri, 09 Jan 2026 03:04:05 GMT; HttpOnly; Secure";
    private static final String AN_HOUR_AGO = "; Path=/; Expires=Fri, 02 Jan 2026 02:04:05 GMT; HttpOnly; Secure";

    private final TestClock clock = new TestClock();
    private final TestBrowser browser = new TestBrowser();
    private final FakeOAuth2Proxy old =
            builder().clock(clock).version(ProxyVersion.V7_0).start();

    @Override
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.clock(() -> clock.instant()).start();
    }

    @AfterEach
    void stopOld() {
        old.close();
    }

    @Test
    void sessionCookieEndsByMaxAgeAlone() {
        assertThat(alice(browser).setCookies())
                .filteredOn(line -> line.startsWith("_oauth2_proxy="))
                .singleElement()
                .asString()
                .matches("_oauth2_proxy=" + SIGNED + "; Path=/; Max-Age=604800; HttpOnly; Secure");
    }

    @Test
    void oldSessionCookieEndsByExpiresAlone() {
        assertThat(alice(browser, old).setCookies())
                .filteredOn(line -> line.startsWith("_oauth2_proxy="))
                .singleElement()
                .asString()
                .matches("_oauth2_proxy=" + SIGNED + IN_A_WEEK);
    }

    @Test
    void csrfCookieIsSignedStateHasItsDigest() {
        BrowserPage start = browser.get(proxy.url() + "/oauth2/start");

        assertThat(start.setCookies())
                .singleElement()
                .asString()
                .matches("_oauth2_proxy_csrf=" + SIGNED + "; Path=/; Max-Age=900; HttpOnly; Secure");
        assertThat(start.location()).doesNotContain(csrf(proxy));
    }

    @Test
    void oldCsrfCookieIsStateInPlainText() {
        BrowserPage start = browser.get(old.url() + "/oauth2/start?rd=/x");

        assertThat(start.setCookies()).containsExactly("_oauth2_proxy_csrf=" + csrf(old) + IN_A_WEEK);
        assertThat(start.location()).contains("state=" + csrf(old) + "%3A%2Fx");
    }

    @Test
    void callbackDeletesTheCsrfCookie() {
        assertThat(alice(browser).setCookies()).contains("_oauth2_proxy_csrf=; Path=/; Max-Age=0; HttpOnly; Secure");
        assertThat(alice(new TestBrowser(), old).setCookies()).contains("_oauth2_proxy_csrf=" + AN_HOUR_AGO);
    }

    @ParameterizedTest
    @EnumSource
    void signInPageDeletesEachDeadCookieTwice(ProxyVersion version) {
        String url = (version == ProxyVersion.V7_0 ? old : proxy).url();
        String gone = version == ProxyVersion.V7_0 ? AN_HOUR_AGO : "; Path=/; Max-Age=0; HttpOnly; Secure";
        browser.cookies(url).put("_oauth2_proxy_0", "dead");
        browser.cookies(url).put("_oauth2_proxy_1", "too");

        assertThat(browser.get(url + "/data").setCookies())
                .containsExactly(
                        "_oauth2_proxy_0=" + gone,
                        "_oauth2_proxy_1=" + gone,
                        "_oauth2_proxy_0=" + gone,
                        "_oauth2_proxy_1=" + gone);
    }

    @ParameterizedTest
    @EnumSource
    void otherResponsesDeleteDeadCookieOnce(ProxyVersion version) {
        String url = (version == ProxyVersion.V7_0 ? old : proxy).url();
        for (List<String> asked : List.of(List.of("/oauth2/auth", "*/*"), List.of("/data", "application/json"))) {
            browser.cookies(url).put("_oauth2_proxy", "dead");

            BrowserPage response = browser.get(url + asked.get(0), "Accept", asked.get(1));

            assertThat(response.status()).isEqualTo(401);
            assertThat(response.setCookies()).hasSize(1);
        }
    }

    /** Without its first part, the new proxy sees no cookie, and the old one an invalid one. */
    @Test
    void onlyOldProxyDeletesPartWithoutFirst() {
        browser.cookies(old.url()).put("_oauth2_proxy_1", "left over");
        browser.cookies(proxy.url()).put("_oauth2_proxy_1", "left over");

        assertThat(browser.get(old.url() + "/oauth2/auth").setCookies())
                .containsExactly("_oauth2_proxy_1=" + AN_HOUR_AGO);
        assertThat(browser.get(proxy.url() + "/oauth2/auth").setCookies()).isEmpty();
    }

    private String csrf(FakeOAuth2Proxy of) {
        return browser.cookies(of.url())
                .getOrDefault("_oauth2_proxy_csrf", "none")
                .split("\\|", -1)[0];
    }
}
