package io.apikit.interop;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A backend that takes bearer tokens, and asks Keycloak about each (RFC 7662). */
final class GuardedUpstream implements AutoCloseable {
    private final AtomicInteger rejections = new AtomicInteger();
    private final Keycloak keycloak;
    private final Javalin app;

    GuardedUpstream(Keycloak keycloak) {
        this.keycloak = keycloak;
        this.app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.host = "127.0.0.1";
                    config.jetty.port = 0;
                    config.routes.get("/data", this::data);
                })
                .start();
    }

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    int rejections() {
        return rejections.get();
    }

    private void data(Context ctx) {
        var header = Optional.ofNullable(ctx.header("Authorization")).orElse("");
        if (keycloak.isActive(header.replaceFirst("^Bearer ", ""))) {
            ctx.result("good");
        } else {
            rejections.incrementAndGet();
            ctx.status(401).header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        }
    }

    @Override
    public void close() {
        app.stop();
    }
}
