package io.apikit.testkit.oauth2proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.identityprovider.LoginPageKind;
import io.apikit.testkit.support.ProxyLoginFixture;
import io.apikit.testkit.support.TestBrowser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A central proxy with the provider on its own origin, as nginx has it in front of them. */
class DeploymentsTest extends ProxyLoginFixture {
    private static final String AUTH = "https://auth.corp.test";
    private static final String APP = "https://app.corp.test";

    private final TestBrowser browser = new TestBrowser();

    @Override
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.providerBelow("/dex")
                .redirectUrl(AUTH)
                .cookieDomain("corp.test")
                .whitelistDomains(".corp.test", "other.test")
                .splitCookies(3_000)
                .start();
    }

    @Override
    public FakeIdentityProvider provider(FakeIdentityProvider.Builder builder) {
        FakeIdentityProvider started = super.provider(builder);
        started.loginPage(LoginPageKind.CONNECTORS);
        return started;
    }

    /** The proxy's server under its public name. */
    private String here(String location) {
        assertThat(location).startsWith(AUTH);
        return proxy.url() + location.substring(AUTH.length());
    }

    @Test
    void theProviderIsBelowAPathAndItsConnectorsAreLinks() {
        var start = browser.get(proxy.url() + "/oauth2/start?rd=" + APP + "/x");
        assertThat(start.location()).startsWith(AUTH + "/dex/authorize?").contains("redirect_uri=https%3A%2F%2Fauth");
        assertThat(start.setCookies()).singleElement().asString().contains("_csrf=", "; Domain=corp.test;");

        var choice = browser.get(here(start.location()));
        assertThat(choice.body()).contains("Log in with LDAP", "href=\"authorize-ldap?", "href=\"authorize-local?");

        var form = browser.get(here(start.location()).replace("/authorize?", "/authorize-ldap?"));
        assertThat(form.action()).startsWith(proxy.url() + "/dex/login?");
        var back = form.submit("username", "alice", "password", "wonderland");
        var callback = browser.get(here(back.location()));
        assertThat(callback.header("Location")).isEqualTo(APP + "/x");
        assertThat(callback.setCookies())
                .filteredOn(line -> line.contains("_oauth2_proxy_0="))
                .hasSize(1);
        assertThat(idp.count("/authorize-ldap")).isOne();
    }

    @Test
    void aStartThatNamesAConnectorSkipsTheChoice() {
        var start = browser.get(proxy.url() + "/oauth2/start?connector_id=ldap&rd=/");

        assertThat(browser.get(here(start.location())).action()).contains("/dex/login?");
    }

    @ParameterizedTest
    @CsvSource({
        "https://app.corp.test/x, true",
        "http://corp.test/, true",
        "https://other.test/, true",
        "https://a.other.test/, false",
        "https://evilcorp.test/, false",
        "https://corp.test.evil.test/, false",
        "//corp.test/, false",
        "javascript:x, false",
        "/x, true"
    })
    void aLoginReturnsOnlyWhereItMay(String rd, boolean isAllowed) {
        var out = browser.get(proxy.url() + "/oauth2/sign_out?rd=" + rd);

        assertThat(out.header("Location")).isEqualTo(isAllowed ? rd : "/");
    }

    @Test
    void aGuardedBackendIsOpenedByTheSessionOfTheProxy() {
        try (var guarded = proxy.guard(ctx -> ctx.result("for " + ctx.header("X-Forwarded-User")), APP)) {
            var closed = browser.get(guarded.url() + "/x");
            assertThat(closed.header("Location")).isEqualTo(AUTH + "/oauth2/start?rd=https%3A%2F%2Fapp.corp.test%2Fx");
            assertThat(closed.setCookies()).isEmpty();

            idp.loginPage(LoginPageKind.STANDARD);
            var form =
                    browser.get(here(browser.get(proxy.url() + "/oauth2/start").location()));
            browser.get(here(
                    form.submit("username", "alice", "password", "wonderland").location()));
            browser.cookies(guarded.url()).putAll(browser.cookies(proxy.url()));
            assertThat(browser.get(guarded.url() + "/x").body()).isEqualTo("for alice");

            proxy.refreshNow();
            assertThat(browser.get(guarded.url() + "/x").setCookies())
                    .singleElement()
                    .asString()
                    .startsWith("_oauth2_proxy_0=");
        }
    }
}
