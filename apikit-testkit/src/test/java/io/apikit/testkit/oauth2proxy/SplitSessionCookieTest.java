package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SplitSessionCookieTest extends ProxyLoginFixture {
    private final TestBrowser browser = new TestBrowser();

    @Override
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.splitCookies(3_900).start();
    }

    @Test
    void sessionComesInTwoParts() {
        alice(browser);

        assertThat(cookies()).containsOnlyKeys("_oauth2_proxy_0", "_oauth2_proxy_1");
        assertThat(cookies().get("_oauth2_proxy_0")).hasSize(3_900);
        assertThat(data(browser).body()).endsWith("for alice");
    }

    @Test
    void everyPartIsNeeded() {
        alice(browser);
        cookies().remove("_oauth2_proxy_1");

        assertThat(data(browser).status()).isEqualTo(403);
    }

    @Test
    void partsOfTwoLoginsDoNotFit() {
        TestBrowser other = new TestBrowser();
        alice(browser);
        alice(other);
        cookies().put("_oauth2_proxy_1", other.cookies(proxy.url()).get("_oauth2_proxy_1"));

        assertThat(data(browser).status()).isEqualTo(403);
    }

    @Test
    void partLeftOverFromLongerCookieEndsSession() {
        proxy.rotateCookies(4);
        alice(browser);
        assertThat(cookies()).hasSize(4);
        assertThat(data(browser).status()).isEqualTo(200);
        proxy.expireAllSessions();
        proxy.rotateCookies(2);
        form(browser).follow();

        assertThat(data(browser).status()).isEqualTo(403);
        assertThat(cookies()).isEmpty();
    }

    @Test
    void loginWithFewerPartsWorksWithoutStaleOnes() {
        proxy.rotateCookies(3);
        alice(browser);
        proxy.rotateCookies(1);
        cookies().clear();
        form(browser).follow();

        assertThat(cookies()).containsOnlyKeys("_oauth2_proxy");
        assertThat(data(browser).status()).isEqualTo(200);
    }

    @Test
    void headersOfSixteenKilobytesPassBothWays() {
        proxy.rotateCookies(5);
        alice(browser);

        assertThat(String.join("", cookies().values())).hasSizeGreaterThan(16_000);
        assertThat(data(browser).status()).isEqualTo(200);
    }

    @Test
    void refreshedPartsAreLinesBeforeTheBackendsOwn() {
        try (FakeOAuth2Proxy other = setting(ProxyVersion.V7_15)) {
            alice(browser, other);
            other.refreshNow();

            assertThat(browser.get(other.url() + "/").setCookies())
                    .satisfiesExactly(
                            line -> assertThat(line).startsWith("_oauth2_proxy_0="),
                            line -> assertThat(line).startsWith("_oauth2_proxy_1="),
                            line -> assertThat(line).isEqualTo("own=1; Path=/"));
        }
    }

    @Test
    void oldVersionsFoldRefreshedPartsIntoOneLine() {
        try (FakeOAuth2Proxy old = setting(ProxyVersion.V7_0)) {
            alice(browser, old);
            old.refreshNow();

            assertThat(browser.get(old.url() + "/").setCookies())
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .matches("_oauth2_proxy_0=[^;]*; [^,]*, [^,]*; HttpOnly; Secure,"
                                            + "_oauth2_proxy_1=[^;]*; [^,]*, [^,]*; HttpOnly; Secure"),
                            line -> assertThat(line).isEqualTo("own=1; Path=/"));
        }
    }

    @Test
    void oldVersionsFoldAtAuthNotAtCallback() {
        try (FakeOAuth2Proxy old = setting(ProxyVersion.V7_0)) {
            assertThat(alice(browser, old).setCookies()).hasSize(3);
            old.refreshNow();

            BrowserPage auth = browser.get(old.url() + "/oauth2/auth");

            assertThat(auth.status()).isEqualTo(202);
            assertThat(auth.setCookies()).singleElement().asString().contains("Secure,_oauth2_proxy_1=");
        }
    }

    private FakeOAuth2Proxy setting(ProxyVersion version) {
        return FakeOAuth2Proxy.inFrontOf(ctx -> ctx.res().addHeader("Set-Cookie", "own=1; Path=/"))
                .identityProvider(idp)
                .version(version)
                .splitCookies(3_900)
                .start();
    }

    @Test
    void partTooSmallForATokenIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder().splitCookies(63))
                .withMessageContaining("63");
        builder().splitCookies(64).start().close();
    }

    private Map<String, String> cookies() {
        return browser.cookies(proxy.url());
    }
}
