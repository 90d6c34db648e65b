package io.apikit.example;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import java.util.List;
import java.util.stream.Stream;

/** A backend to play with: embedded, behind an oauth2-proxy and an identity provider with two users. */
final class Demo implements AutoCloseable {
    /** Who can log in. The passwords are printed: they open nothing but this. */
    static final List<User> USERS = List.of(new User("alice", "wonderland"), new User("bob", "builder"));

    private final FakeIdentityProvider provider;
    private final FakeOAuth2Proxy proxy;

    private Demo(FakeIdentityProvider provider, FakeOAuth2Proxy proxy) {
        this.provider = provider;
        this.proxy = proxy;
    }

    static Demo start() {
        var users = FakeIdentityProvider.builder();
        USERS.forEach(user -> users.user(user.name(), user.password()));
        var provider = users.start();
        var proxy = FakeOAuth2Proxy.inFrontOf(DemoMetrics::answer)
                .identityProvider(provider)
                .start();
        return new Demo(provider, proxy);
    }

    /** The way to it, with each caller's own credentials. */
    Backend backend() {
        return Backend.at(proxy.url()).auth(Authenticator.oauth2Proxy()).build();
    }

    FakeIdentityProvider identityProvider() {
        return provider;
    }

    FakeOAuth2Proxy proxy() {
        return proxy;
    }

    /** What was started, and how to try it. */
    List<String> guide(String service) {
        var started = List.of(
                "Demo: no BACKEND_URL is set, so this service fronts a backend of its own (--help says more).",
                "  backend behind an oauth2-proxy: " + proxy.url(),
                "  identity provider, two users:   " + provider.url(),
                "  this service:                   " + service,
                "Try:");
        return Stream.concat(started.stream(), lines(service).stream()).toList();
    }

    /** A line to paste for each user. */
    List<String> lines(String service) {
        return USERS.stream()
                .map(user -> "curl -u " + user.name() + ":" + user.password() + " " + service + "/nightly/coverage")
                .toList();
    }

    @Override
    public void close() {
        proxy.close();
        provider.close();
    }

    /** Somebody who can log in. */
    record User(String name, String password) {}
}
