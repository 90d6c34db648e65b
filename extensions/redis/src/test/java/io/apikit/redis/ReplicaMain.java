package io.apikit.redis;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.auth.Login;
import io.apikit.auth.LoginRefused;
import io.apikit.auth.LoginTransport;
import io.apikit.http.BackendResponse;
import io.apikit.ops.logging.Logging;
import io.javalin.http.Context;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

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
                .auth(new EitherMode(Authenticator.tokenLogin(login -> login.post("/login")
                        .credentialsAsForm("user", "password")
                        .sign("X-Token", "{token}")
                        .logout("POST", "/logout"))))
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
                .routes(() -> get("/whoami/{times}", ctx -> ctx.result(names(backend, ctx))))
                .build()
                .start("127.0.0.1", 0);
        System.out.println("port " + app.port());
    }

    /** Asks the backend so many times, and returns the different names. */
    private static String names(Backend backend, Context ctx) {
        return IntStream.range(0, Integer.parseInt(ctx.pathParam("times")))
                .mapToObj(i -> backend.session(ctx).get("/whoami").orThrow().text())
                .distinct()
                .collect(Collectors.joining(", "));
    }

    /**
     * A mode for passwords that also takes a bearer token of {@code name.password}. No slow hash is derived from a token: with
     * the first compiler alone, one takes 0.3 s of a core, in each replica.
     */
    private static final class EitherMode implements Authenticator {
        private final Authenticator mode;

        EitherMode(Authenticator mode) {
            this.mode = mode;
        }

        @Override
        public String name() {
            return mode.name();
        }

        @Override
        public Login logIn(Credentials credentials, LoginTransport transport) throws LoginRefused {
            return mode.logIn(passwordOf(credentials), transport);
        }

        private static Credentials passwordOf(Credentials credentials) {
            if (credentials instanceof Credentials.Bearer both) {
                var pair = both.token().split("\\.", 2);
                return Credentials.password(pair[0], pair[1]);
            }
            return credentials;
        }

        @Override
        public void logOut(Login login, LoginTransport transport) {
            mode.logOut(login, transport);
        }

        @Override
        public LogOutScope logOutScope() {
            return mode.logOutScope();
        }

        @Override
        public Verdict judge(BackendResponse response, Login used, LoginTransport transport) {
            return mode.judge(response, used, transport);
        }

        @Override
        public Optional<String> challenge() {
            return mode.challenge();
        }
    }
}
