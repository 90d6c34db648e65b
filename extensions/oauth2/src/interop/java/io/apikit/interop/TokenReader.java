package io.apikit.interop;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A backend that names the user of a bearer token and the client that got it, once Keycloak says that it is good. */
final class TokenReader implements AutoCloseable {
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private final Keycloak keycloak;
    private final Javalin app;

    TokenReader(Keycloak keycloak) {
        this.keycloak = keycloak;
        this.app = Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.jetty.host = "127.0.0.1";
                    config.jetty.port = 0;
                    config.routes.get("/whoami", this::whoami);
                })
                .start();
    }

    String url() {
        return "http://127.0.0.1:" + app.port();
    }

    /** All tokens that it was sent. */
    List<String> tokens() {
        return tokens;
    }

    private void whoami(Context ctx) {
        var token = Optional.ofNullable(ctx.header("Authorization")).orElse("").replaceFirst("^Bearer ", "");
        tokens.add(token);
        if (keycloak.isActive(token)) {
            var claims = new AccessToken(token);
            ctx.result(claims.claim("preferred_username") + " by " + claims.claim("azp"));
        } else {
            ctx.status(401).header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
        }
    }

    @Override
    public void close() {
        app.stop();
    }
}
