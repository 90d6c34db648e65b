package io.apikit.auth;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.http.RetryPolicy;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A service that believes some peers who its callers are, with a backend that is shown the caller's bearer token: what an
 * oauth2-proxy, fake or real, is put in front of. {@code /who} tells what is known of the caller; {@code /data} asks the
 * backend, and {@code /error} has it fail with the token in its text.
 */
final class ProxiedService implements AutoCloseable {
    private final WireBackend wire = new WireBackend(ProxiedService::answer);
    private final Backend backend;
    private final ApiApp app;

    /** Relays bearer tokens. */
    ProxiedService(String... trusted) {
        this(settings -> settings.auth(Authenticator.bearerRelay()), trusted);
    }

    ProxiedService(UnaryOperator<Backend.Builder> settings, String... trusted) {
        this.backend =
                settings.apply(Backend.at(wire.url()).retry(RetryPolicy.none())).build();
        var metadata = ServiceMetadata.builder()
                .name("behind-a-proxy")
                .version("1")
                .repository("https://example.org/behind-a-proxy")
                .description("What a proxy is put in front of.")
                .build();
        this.app = ApiApp.builder(metadata)
                .auth(backend)
                .operations(ops -> ops.grace(Duration.ZERO).trustedProxies(trusted))
                .routes(() -> {
                    get("/who", ctx -> ctx.result(who(ctx)));
                    get("/data", ctx -> ctx.result(ask(ctx, "/data")));
                    get("/error", ctx -> ctx.result(ask(ctx, "/error")));
                })
                .build()
                .start("127.0.0.1", 0);
    }

    int port() {
        return app.port();
    }

    /** What the backend was sent, in order. */
    List<WireBackend.Received> received() {
        return wire.requests();
    }

    private String ask(Context ctx, String path) {
        return backend.session(ctx).get(path).orThrow().text();
    }

    private static String who(Context ctx) {
        var caller = ForwardedIdentity.of(ctx);
        return "user " + part(caller.flatMap(ForwardedIdentity::user)) + ", email "
                + part(caller.flatMap(ForwardedIdentity::email));
    }

    private static String part(Optional<String> known) {
        return known.orElse("unknown");
    }

    private static void answer(WireBackend.Call call) throws IOException {
        var shown = call.received().header("Authorization");
        var status = call.received().line().contains("/error") ? "500 Oops" : "200 OK";
        call.write("HTTP/1.1 " + status + "\r\nContent-Type: text/plain\r\nContent-Length: " + shown.length()
                + "\r\n\r\n" + shown);
    }

    @Override
    public void close() {
        app.stop();
        wire.close();
    }
}
