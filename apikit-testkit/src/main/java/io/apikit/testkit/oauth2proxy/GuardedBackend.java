package io.apikit.testkit.oauth2proxy;

import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.internal.FakeServer;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A server on an origin of its own in front of a backend. It asks a {@link FakeOAuth2Proxy} elsewhere about each request, as
 * nginx does with {@code auth_request}, and has no endpoint of that. A request without a session is redirected to the
 * proxy's start, which returns here. Of the cookies that the proxy renews, the client gets the first alone: that is what
 * {@code auth_request_set} passes on. Thread-safe.
 */
public final class GuardedBackend extends FakeServer {
    private final Handler backend;
    private final String origin;
    private final ProxySessions sessions;
    private final String start;
    private final FakeIdentityProvider provider;
    private final ProxyVersion version;

    GuardedBackend(
            Handler backend,
            String origin,
            ProxySessions sessions,
            String start,
            FakeIdentityProvider provider,
            ProxyVersion version) {
        super("fake-guarded-backend");
        this.backend = backend;
        this.origin = origin;
        this.sessions = sessions;
        this.start = start;
        this.provider = provider;
        this.version = version;
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        IdentityHeaderFilter.addTo(config, version);
        OAuth2ProxyEndpoints.at(config.routes, "*", this::handle);
    }

    private void handle(Context ctx) throws Exception {
        Optional<String> user = sessions.user(ctx);
        if (user.isEmpty()) {
            ctx.res().setHeader("Set-Cookie", null);
            String back = (origin.isEmpty() ? url() : origin) + ctx.path();
            ctx.redirect(start + "?rd=" + URLEncoder.encode(back, StandardCharsets.UTF_8));
        } else {
            ProxyCookieWriter.first(ctx);
            IdentityHeaderFilter.set(ctx, provider.claims(user.orElseThrow()));
            backend.handle(ctx);
        }
    }
}
