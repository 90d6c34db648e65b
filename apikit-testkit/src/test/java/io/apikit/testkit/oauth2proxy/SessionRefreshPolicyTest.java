package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.support.BrowserPage;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import io.apikit.testkit.support.TestClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Refreshes of sessions and their tokens. */
final class SessionRefreshPolicyTest extends ProxyLoginFixture {
    private static final String GONE = "_oauth2_proxy=; Path=/; Max-Age=0; HttpOnly; Secure";

    private final TestClock clock = new TestClock();
    private final TestBrowser browser = new TestBrowser();

    @Override
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.rotatingRefresh(true).start();
    }

    @Test
    void rotatingRefreshTokenIsValidForOneRequest() {
        alice(browser);
        List<TestBrowser> crowd = IntStream.range(0, 4).mapToObj(i -> copy()).toList();
        proxy.refreshNow();

        List<BrowserPage> responses = crowd.parallelStream()
                .map(each -> each.get(proxy.url() + "/data"))
                .toList();

        assertThat(responses)
                .filteredOn(response -> response.status() == 200)
                .singleElement()
                .satisfies(response -> assertThat(response.setCookies())
                        .singleElement()
                        .asString()
                        .matches("_oauth2_proxy=[^;]+; .*"));
        assertThat(responses)
                .filteredOn(response -> response.status() != 200)
                .hasSize(3)
                .allSatisfy(response -> {
                    assertThat(response.status()).isEqualTo(403);
                    assertThat(response.setCookies()).containsExactly(GONE, GONE);
                });
        assertThat(proxy.logins()).isEqualTo(1);
    }

    @Test
    void eachNewCookieHasItsOwnRefreshToken() {
        alice(browser);
        for (int generation = 0; generation < 3; generation++) {
            proxy.refreshNow();

            assertThat(data(browser).status()).isEqualTo(200);
            assertThat(data(browser).setCookies()).isEmpty();
        }
    }

    @Test
    void sessionWithLiveTokensSurvivesLateRefresh() {
        try (FakeOAuth2Proxy other =
                builder().rotatingRefresh(true).tokenLife(Duration.ofHours(1)).start()) {
            alice(browser, other);
            Map<String, String> cookies = Map.copyOf(browser.cookies(other.url()));
            other.refreshNow();
            browser.get(other.url() + "/data");
            browser.cookies(other.url()).putAll(cookies);

            BrowserPage late = browser.get(other.url() + "/data");

            assertThat(late.status()).isEqualTo(200);
            assertThat(late.setCookies()).isEmpty();
        }
    }

    @Test
    void ageIsCountedInFullSeconds() {
        try (FakeOAuth2Proxy other = refreshing(ProxyVersion.V7_15)) {
            clock.pass(Duration.ofMillis(100));
            alice(browser, other);
            clock.pass(Duration.ofMillis(1_800));
            assertThat(browser.get(other.url() + "/").setCookies()).isEmpty();

            clock.pass(Duration.ofMillis(100));
            assertThat(browser.get(other.url() + "/").setCookies()).hasSize(1);
        }
    }

    @Test
    void oldVersionsRefreshAfterTheTokensHaveExpired() {
        try (FakeOAuth2Proxy old = refreshing(ProxyVersion.V7_0)) {
            alice(browser, old);
            clock.seconds(10);
            assertThat(browser.get(old.url() + "/").setCookies()).isEmpty();

            clock.pass(Duration.ofMillis(1));
            clock.seconds(50);
            assertThat(browser.get(old.url() + "/").setCookies()).hasSize(1);
            assertThat(browser.get(old.url() + "/").status()).isEqualTo(200);
        }
    }

    /** The token expires at its full second, 0.9 s before the session does. */
    @Test
    void oldVersionsLoseSessionWhoseTokenJustExpired() {
        try (FakeOAuth2Proxy old = refreshing(ProxyVersion.V7_0)) {
            clock.pass(Duration.ofMillis(900));
            alice(browser, old);
            clock.pass(Duration.ofMillis(59_100));
            assertThat(browser.get(old.url() + "/").status()).isEqualTo(200);
            clock.pass(Duration.ofMillis(1));

            BrowserPage met = browser.get(old.url() + "/");

            assertThat(met.status()).isEqualTo(403);
            assertThat(met.setCookies()).hasSize(2);
        }
    }

    private FakeOAuth2Proxy refreshing(ProxyVersion version) {
        return builder()
                .version(version)
                .clock(clock)
                .cookieRefresh(Duration.ofSeconds(1))
                .tokenLife(Duration.ofMinutes(1))
                .start();
    }

    private TestBrowser copy() {
        TestBrowser copy = new TestBrowser();
        copy.cookies(proxy.url()).putAll(browser.cookies(proxy.url()));
        return copy;
    }
}
