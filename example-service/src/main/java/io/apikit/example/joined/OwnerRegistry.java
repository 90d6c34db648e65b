package io.apikit.example.joined;

import io.apikit.auth.Credentials;
import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/** The second backend of the joined example: {@code GET /owner?job=..} returns a job's owner to one service account. */
final class OwnerRegistry implements AutoCloseable {
    static final String ACCOUNT = "joined-service";
    static final String PASSWORD = "between-programs";

    private static final Map<String, String> OWNERS = Map.of("nightly", "carol", "weekly", "dave");

    private final Javalin server;

    private OwnerRegistry(Javalin server) {
        this.server = server;
    }

    /** Starts a registry that listens on this machine only, at a free port. */
    static OwnerRegistry start() {
        var server = Javalin.create(config -> {
            config.startup.showJavalinBanner = false;
            config.startup.startupWatcherEnabled = false;
            config.routes.get("/owner", OwnerRegistry::owner);
        });
        return new OwnerRegistry(server.start("127.0.0.1", 0));
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    private static void owner(Context ctx) {
        var account = Optional.ofNullable(ctx.header("Authorization")).flatMap(Credentials::parse);
        if (!account.equals(Optional.of(Credentials.password(ACCOUNT, PASSWORD)))) {
            ctx.status(401).header("WWW-Authenticate", "Basic realm=\"owners\"");
            return;
        }
        var job = Optional.ofNullable(ctx.queryParam("job")).orElse("");
        Optional.ofNullable(OWNERS.get(job))
                .ifPresentOrElse(
                        ctx::result, () -> ctx.status(404).result("No job of that name: try nightly or weekly."));
    }

    @Override
    public void close() {
        server.stop();
    }
}
