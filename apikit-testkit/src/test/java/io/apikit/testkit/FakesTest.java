package io.apikit.testkit;

import org.junit.jupiter.api.AfterEach;

/** A proxy and an identity provider with two users, and the steps that every test takes. */
abstract class FakesTest {
    final FakeIdentityProvider idp = provider(FakeIdentityProvider.builder());
    final FakeOAuth2Proxy proxy = proxy(builder());

    /** What the proxy of this test class is. */
    FakeOAuth2Proxy proxy(FakeOAuth2Proxy.Builder builder) {
        return builder.start();
    }

    /** What the identity provider of this test class is. */
    FakeIdentityProvider provider(FakeIdentityProvider.Builder builder) {
        return builder.user("alice", "wonderland").user("bob", "builder").start();
    }

    final FakeOAuth2Proxy.Builder builder() {
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
    final Page form(Browser browser) {
        return browser.get(proxy.url() + "/oauth2/start?rd=/data").follow();
    }

    /** The answer to these credentials. */
    final Page answerTo(Browser browser, String user, String password) {
        return form(browser).submit("username", user, "password", password);
    }

    /** The whole dance, up to the redirect of the callback. */
    final Page logIn(Browser browser, String user, String password) {
        return answerTo(browser, user, password).follow();
    }

    final Page alice(Browser browser) {
        return logIn(browser, "alice", "wonderland");
    }

    /** As {@link #alice(Browser)}, at a proxy of the test's own. */
    static Page alice(Browser browser, FakeOAuth2Proxy other) {
        Page form = browser.get(other.url() + "/oauth2/start").follow();
        return form.submit("username", "alice", "password", "wonderland").follow();
    }

    final Page data(Browser browser) {
        return browser.get(proxy.url() + "/data?q=1");
    }
}
