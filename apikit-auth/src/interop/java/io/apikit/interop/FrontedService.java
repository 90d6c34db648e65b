package io.apikit.interop;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Backend;
import io.apikit.ops.ForwardedIdentity;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A service of ours that a real proxy can be put in front of: {@code /data} is its backend's, asked for whoever is
 * calling. It keeps what it was last sent, and whom it took the caller for.
 */
final class FrontedService implements AutoCloseable {
    /** Split cookies and a token beside them pass the usual limit of 8 kB. */
    private static final int ROOM = 64 * 1024;

    private final Backend backend;
    private final ApiApp app;
    private volatile Optional<ForwardedIdentity> caller = Optional.empty();
    private volatile Map<String, String> received = Map.of();

    /** Ends the backend's connections with its own. */
    FrontedService(Backend backend, String... trusted) {
        this.backend = backend;
        this.app = ApiApp.builder(metadata())
                .auth(backend)
                .operations(ops -> ops.grace(Duration.ZERO).trustedProxies(trusted))
                .javalin(config -> config.jetty.modifyHttpConfiguration(http -> http.setRequestHeaderSize(ROOM)))
                .routes(() -> get("/data", this::data))
                .build()
                .start("127.0.0.1", 0);
    }

    private static ServiceMetadata metadata() {
        return ServiceMetadata.builder()
                .name("fronted")
                .version("1")
                .repository("https://example.org/fronted")
                .description("What a proxy is put in front of.")
                .build();
    }

    int port() {
        return app.port();
    }

    String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Who called last. */
    ForwardedIdentity caller() {
        return caller.orElseThrow();
    }

    /** The headers of the last call, names in lower case. */
    Map<String, String> received() {
        return received;
    }

    private void data(Context ctx) {
        caller = ForwardedIdentity.of(ctx);
        received = headers(ctx);
        ctx.result(backend.session(ctx).get("/data").orThrow().text());
    }

    /** Each name once, with all that was sent under it. */
    static Map<String, String> headers(Context ctx) {
        var request = ctx.req();
        return Collections.list(request.getHeaderNames()).stream()
                .collect(Collectors.toUnmodifiableMap(
                        name -> name.toLowerCase(Locale.ROOT),
                        name -> String.join("; ", Collections.list(request.getHeaders(name))),
                        (one, same) -> one));
    }

    @Override
    public void close() {
        app.stop();
    }
}
