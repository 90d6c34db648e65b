package io.apikit.redis;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.ops.logging.Logging;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The service of one replica, in a JVM of its own: its only route says who the caller is at the backend. */
public final class ReplicaMain {
    private ReplicaMain() {}

    /**
     * Starts the service. The arguments are the URL of the backend, that of the store, the file with its key, and a burst of
     * logins.
     */
    public static void main(String... args) {
        Logging.configure(Map.of("LOGLEVEL", "WARNING"), "replica");
        // Processes that share two cores with a load may be halted for longer than 150 ms.
        var store = RedisLoginStore.builder(args[1])
                .commandLimit(Duration.ofSeconds(2))
                .build();
        var backend = Backend.at(args[0])
                .name("pele")
                .auth(Authenticator.tokenLogin(login -> login.post("/login")
                        .credentialsAsForm("user", "password")
                        .sign("X-Token", "{token}")
                        .logout("POST", "/logout")))
                .loginStore(store)
                .storeKey(Path.of(args[2]))
                .replicas(3)
                .logins(Integer.parseInt(args[3]), Duration.ofMillis(250))
                .renewals(1_000, Duration.ofMillis(1))
                .build();
        var app = ApiApp.builder(ServiceMetadata.builder()
                        .name("replica")
                        .version("1")
                        .repository("https://example.org/replica")
                        .description("One of three")
                        .build())
                .auth(backend)
                .closeOnStop(store)
                .operations(ops -> ops.forwardedFor("127.0.0.1").stopDelay(Duration.ofMillis(200)))
                .routes(() -> get(
                        "/whoami",
                        ctx -> ctx.result(
                                backend.session(ctx).get("/whoami").orThrow().text())))
                .build()
                .start("127.0.0.1", 0);
        System.out.println("port " + app.port());
    }
}
