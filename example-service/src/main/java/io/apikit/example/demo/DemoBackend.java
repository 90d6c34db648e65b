package io.apikit.example.demo;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.testkit.identityprovider.FakeIdentityProvider;
import io.apikit.testkit.oauth2proxy.FakeOAuth2Proxy;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An embedded backend to try the service with, behind an oauth2-proxy and an identity provider with two users. */
public final class DemoBackend implements AutoCloseable {
    /** The users who can log in. Their passwords are printed: they are valid for this backend only. */
    public static final List<User> USERS = List.of(new User("alice", "wonderland"), new User("bob", "builder"));

    private final FakeIdentityProvider provider;
    private final FakeOAuth2Proxy proxy;

    private DemoBackend(FakeIdentityProvider provider, FakeOAuth2Proxy proxy) {
        this.provider = provider;
        this.proxy = proxy;
    }

    /** Starts the backend, the proxy and the provider on this machine, at free ports. */
    public static DemoBackend start() {
        var users = FakeIdentityProvider.builder();
        USERS.forEach(user -> users.user(user.name(), user.password()));
        var provider = users.start();
        var proxy = FakeOAuth2Proxy.inFrontOf(MetricsHandler::metric)
                .identityProvider(provider)
                .start();
        return new DemoBackend(provider, proxy);
    }

    /** Returns a new client of this backend. It logs in with each caller's own credentials. */
    public Backend backend() {
        return Backend.at(proxy.url()).auth(Authenticator.oauth2Proxy()).build();
    }

    public FakeIdentityProvider identityProvider() {
        return provider;
    }

    public FakeOAuth2Proxy proxy() {
        return proxy;
    }

    /** Returns lines to print: what was started, and how to try it. */
    public List<String> guide(String service) {
        var started = List.of(
                "Demo: no BACKEND_URL is set, so this service fronts a backend of its own (--help says more).",
                "  backend behind an oauth2-proxy: " + proxy.url(),
                "  identity provider, two users:   " + provider.url(),
                "  this service:                   " + service,
                "Try:");
        return Stream.concat(started.stream(), lines(service).stream()).toList();
    }

    /** Returns a line to paste for each user. */
    public List<String> lines(String service) {
        return USERS.stream()
                .map(user -> "curl -u " + user.name() + ":" + user.password() + " " + service + "/nightly/coverage")
                .toList();
    }

    @Override
    public void close() {
        proxy.close();
        provider.close();
    }

    /** A user who can log in. */
    public record User(String name, String password) {}

    /**
     * Serves {@code GET /api?metric=..&job=..}: one value in plain text, a different one for each user. The proxy in front
     * sends the name of the user.
     */
    private static final class MetricsHandler {
        private static final Map<String, Map<String, String>> VALUES = Map.of(
                "alice", Map.of("coverage", "93.5", "duration", "12.8"),
                "bob", Map.of("coverage", "61.2", "duration", "44.1"));

        private MetricsHandler() {}

        static void metric(Context ctx) {
            if (!ctx.path().equals("/api")) {
                ctx.status(404).result("There is only /api here.");
                return;
            }
            var user = Optional.ofNullable(ctx.header("X-Forwarded-User")).orElse("nobody");
            var metric = Optional.ofNullable(ctx.queryParam("metric")).orElse("");
            Optional.ofNullable(VALUES.getOrDefault(user, Map.of()).get(metric))
                    .ifPresentOrElse(
                            value -> ctx.result(value + " (as " + user + " sees it)"),
                            () -> ctx.status(404).result("No metric of that name: try coverage or duration."));
        }
    }
}
