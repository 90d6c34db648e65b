package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class ProxySessionsTest extends ProxyLoginFixture {
    private static final AtomicReference<Instant> NOW = new AtomicReference<>(Instant.EPOCH);

    private final TestBrowser browser = new TestBrowser();

    @Override
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.clock(NOW::get)
                .sessionLife(Duration.ofMinutes(10))
                .cookieRefresh(Duration.ofMinutes(4))
                .start();
    }

    @Test
    void cookieSaysHowLongItLives() {
        assertThat(alice(browser).setCookies())
                .anySatisfy(
                        line -> assertThat(line).startsWith("_oauth2_proxy=").contains("Max-Age=600"));
    }

    @Test
    void allSessionsExpireOnCommand() {
        TestBrowser other = new TestBrowser();
        alice(browser);
        logIn(other, "bob", "builder");
        proxy.expireAllSessions();

        assertThat(data(browser).status()).isEqualTo(403);
        assertThat(data(other).status()).isEqualTo(403);
    }

    @Test
    void oneUserExpiresOnCommand() {
        TestBrowser other = new TestBrowser();
        alice(browser);
        logIn(other, "bob", "builder");
        proxy.expire("alice");

        assertThat(data(browser).status()).isEqualTo(403);
        assertThat(data(other).body()).endsWith("for bob");
    }

    @Test
    void responseDeletesDeadCookie() {
        alice(browser);
        proxy.expireAllSessions();

        assertThat(data(browser).setCookies())
                .isNotEmpty()
                .allSatisfy(
                        line -> assertThat(line).startsWith("_oauth2_proxy=;").contains("Max-Age=0"));
    }

    @Test
    void deadCookieCanBeLeftAlone() {
        try (FakeOAuth2Proxy other = builder().clearDeadCookies(false).start()) {
            browser.cookies(other.url()).put("_oauth2_proxy", "forged");

            BrowserPage response = browser.get(other.url() + "/data");

            assertThat(response.status()).isEqualTo(403);
            assertThat(response.setCookies()).isEmpty();
        }
    }

    @Test
    void sessionEndsWithItsTime() {
        alice(browser);
        var old = browser.cookies(proxy.url()).get("_oauth2_proxy");

        advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(data(browser).status()).isEqualTo(200);
        advance(Duration.ofMillis(1));
        browser.cookies(proxy.url()).put("_oauth2_proxy", old);
        assertThat(data(browser).status()).isEqualTo(403);
        assertThat(browser.get(proxy.url() + "/oauth2/auth").status()).isEqualTo(401);
    }

    @Test
    void cookieIsReplacedFullSecondAfterRefreshAge() {
        alice(browser);
        String old = browser.cookies(proxy.url()).get("_oauth2_proxy");
        advance(Duration.ofMinutes(4).plusMillis(999));
        assertThat(data(browser).setCookies()).isEmpty();

        advance(Duration.ofMillis(1));
        assertThat(data(browser).setCookies()).hasSize(1);
        assertThat(browser.cookies(proxy.url()))
                .extractingByKey("_oauth2_proxy")
                .isNotEqualTo(old);
        assertThat(data(browser).setCookies()).isEmpty();
        browser.cookies(proxy.url()).put("_oauth2_proxy", old);
        assertThat(data(browser).body()).endsWith("for alice");
    }

    @Test
    void cookiesAreReplacedOnCommandOnce() {
        alice(browser);
        assertThat(data(browser).setCookies()).isEmpty();
        proxy.refreshNow();

        assertThat(browser.get(proxy.url() + "/oauth2/auth").setCookies()).hasSize(1);
        assertThat(data(browser).setCookies()).isEmpty();
        assertThat(data(browser).status()).isEqualTo(200);
    }

    @Test
    void cookieKeptAfterSigningOutIsStillValid() {
        alice(browser);
        String cookie = browser.cookies(proxy.url()).get("_oauth2_proxy");

        assertThat(browser.get(proxy.url() + "/oauth2/sign_out").status()).isEqualTo(302);
        assertThat(browser.cookies(proxy.url())).isEmpty();
        browser.cookies(proxy.url()).put("_oauth2_proxy", cookie);
        assertThat(data(browser).status()).isEqualTo(200);
    }

    @Test
    void signInDeletesCookieUnlessItRedirects() {
        alice(browser);
        proxy.unauthenticated(Unauthenticated.REDIRECT);
        assertThat(browser.get(proxy.url() + "/oauth2/sign_in").setCookies())
                .singleElement()
                .asString()
                .startsWith("_oauth2_proxy_csrf=");

        proxy.unauthenticated(Unauthenticated.SIGN_IN_PAGE);
        assertThat(browser.get(proxy.url() + "/oauth2/sign_in").setCookies())
                .containsExactly("_oauth2_proxy=; Path=/; Max-Age=0; HttpOnly; Secure");
    }

    private static void advance(Duration time) {
        NOW.updateAndGet(now -> now.plus(time));
    }
}
