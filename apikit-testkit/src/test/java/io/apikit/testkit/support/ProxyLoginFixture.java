package io.apikit.testkit.support;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import org.junit.jupiter.api.AfterEach;

/** A proxy and an identity provider with two users, and the steps that every test takes. */
public abstract class ProxyLoginFixture {
    public final FakeIdentityProvider idp = provider(FakeIdentityProvider.builder());
    public final FakeOAuth2Proxy proxy = proxy(builder());

    /** What the proxy of this test class is. */
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.start();
    }

    /** What the identity provider of this test class is. */
    public FakeIdentityProvider provider(FakeIdentityProvider.Builder builder) {
        return builder.user("alice", "wonderland").user("bob", "builder").start();
    }

    public final FakeOAuth2Proxy.Builder builder() {
        return FakeOAuth2Proxy.inFrontOf(
                        ctx -> ctx.result(ctx.method() + " " + ctx.path() + " for " + ctx.header("X-Forwarded-User")))
                .identityProvider(idp);
    }

    @AfterEach
    void stop() {
        proxy.close();
        idp.close();
    }

    /** From the start to the login form. */
    public final BrowserPage form(TestBrowser browser) {
        return browser.get(proxy.url() + "/oauth2/start?rd=/data").follow();
    }

    /** The answer to these credentials. */
    public final BrowserPage answerTo(TestBrowser browser, String user, String password) {
        return form(browser).submit("username", user, "password", password);
    }

    /** The whole dance, up to the redirect of the callback. */
    public final BrowserPage logIn(TestBrowser browser, String user, String password) {
        return answerTo(browser, user, password).follow();
    }

    public final BrowserPage alice(TestBrowser browser) {
        return logIn(browser, "alice", "wonderland");
    }

    /** As {@link #alice(TestBrowser)}, at a proxy of the test's own. */
    public static BrowserPage alice(TestBrowser browser, FakeOAuth2Proxy other) {
        BrowserPage form = browser.get(other.url() + "/oauth2/start").follow();
        return form.submit("username", "alice", "password", "wonderland").follow();
    }

    public final BrowserPage data(TestBrowser browser) {
        return browser.get(proxy.url() + "/data?q=1");
    }
}
