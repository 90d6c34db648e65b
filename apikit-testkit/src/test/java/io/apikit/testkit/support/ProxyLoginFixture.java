package io.apikit.testkit.support;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import org.junit.jupiter.api.AfterEach;

/** A proxy and an identity provider with two users, and the steps of a login. */
@SuppressWarnings("this-escape") // The fakes are made by what a test class overrides, which reads no field of its own.
public abstract class ProxyLoginFixture {
    public final FakeIdentityProvider idp = provider(FakeIdentityProvider.builder());
    public final FakeOAuth2Proxy proxy = proxy(builder());

    /** Starts the proxy of this test class. */
    public FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.start();
    }

    /** Starts the identity provider of this test class. */
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

    /** Goes from the start to the login form. */
    public final BrowserPage form(TestBrowser browser) {
        return browser.get(proxy.url() + "/oauth2/start?rd=/data").follow();
    }

    /** Returns the response to these credentials. */
    public final BrowserPage responseTo(TestBrowser browser, String user, String password) {
        return form(browser).submit("username", user, "password", password);
    }

    /** Goes through the whole login, up to the redirect of the callback. */
    public final BrowserPage logIn(TestBrowser browser, String user, String password) {
        return responseTo(browser, user, password).follow();
    }

    public final BrowserPage alice(TestBrowser browser) {
        return logIn(browser, "alice", "wonderland");
    }

    /** Does the same as {@link #alice(TestBrowser)}, at another proxy. */
    public static BrowserPage alice(TestBrowser browser, FakeOAuth2Proxy other) {
        BrowserPage form = browser.get(other.url() + "/oauth2/start").follow();
        return form.submit("username", "alice", "password", "wonderland").follow();
    }

    public final BrowserPage data(TestBrowser browser) {
        return browser.get(proxy.url() + "/data?q=1");
    }
}
