package io.apikit.example;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.javalin.Javalin;
import io.javalin.http.Handler;

/** Starts a backend of one handler, with or without an oauth2-proxy in front. */
final class FakeBackend {
    private FakeBackend() {}

    /** Starts a backend that needs no login. */
    static Open open(Handler handler) {
        var server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.routes.get("/api", handler);
        });
        return new Open(server.start("127.0.0.1", 0));
    }

    /** Starts a backend behind a proxy where alice can log in, with the demo's password. */
    static Proxied behindProxy(Handler handler) {
        var provider =
                FakeIdentityProvider.builder().user("alice", "wonderland").start();
        var proxy =
                FakeOAuth2Proxy.inFrontOf(handler).identityProvider(provider).start();
        return new Proxied(provider, proxy);
    }

    record Open(Javalin server) implements AutoCloseable {
        String url() {
            return "http://127.0.0.1:" + server.port();
        }

        @Override
        public void close() {
            server.stop();
        }
    }

    record Proxied(FakeIdentityProvider provider, FakeOAuth2Proxy proxy) implements AutoCloseable {
        Backend withCallersCredentials() {
            return Backend.at(proxy.url()).auth(Authenticator.oauth2Proxy()).build();
        }

        @Override
        public void close() {
            proxy.close();
            provider.close();
        }
    }
}
