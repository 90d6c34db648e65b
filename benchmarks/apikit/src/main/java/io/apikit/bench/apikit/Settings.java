package io.apikit.bench.apikit;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.HttpOptions;
import io.apikit.redis.RedisLoginStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the environment says of the service: where it listens ({@code PORT}), what it fronts ({@code BACKEND}), how many
 * requests that takes at once ({@code MAX_CONNECTIONS}), below how many prefixes it serves beside the root
 * ({@code PREFIXES}), whether a service account logs in for a token ({@code LOGIN=token}) or each caller does
 * ({@code LOGIN=callers}), and the Redis on which logins are
 * shared ({@code STORE}). Immutable.
 */
record Settings(Map<String, String> environment) {
    /** Whom the load's backend gives a token to. */
    private static final Credentials ACCOUNT = Credentials.password("bench", "bench");

    private static final int SECRET_BYTES = 32;

    /** All callers of a load log in at its start. */
    private static final int MOST_LOGINS = 20_000;

    int port() {
        return Integer.parseInt(Objects.requireNonNull(environment.get("PORT"), "PORT"));
    }

    String[] prefixes() {
        var counted = IntStream.range(0, number("PREFIXES", 0)).mapToObj(i -> "/p" + i);
        return Stream.concat(Stream.of("/"), counted).toArray(String[]::new);
    }

    Backend backend() {
        var url = Objects.requireNonNull(environment.get("BACKEND"), "BACKEND");
        var most = number("MAX_CONNECTIONS", HttpOptions.defaults().maxConnections());
        var builder =
                Backend.at(url).http(HttpOptions.builder().maxConnections(most).build());
        share(builder);
        return switch (environment.getOrDefault("LOGIN", "")) {
            case "token" -> builder.auth(tokenLogin()).credentials(ACCOUNT).build();
            case "callers" ->
                builder.auth(tokenLogin())
                        .logins(MOST_LOGINS, Duration.ofMillis(1))
                        .build();
            default -> builder.auth(Authenticator.basic()).build();
        };
    }

    /** The key is of this process alone: no other replica is measured. */
    private void share(Backend.Builder builder) {
        var store = environment.get("STORE");
        if (store != null) {
            builder.loginStore(RedisLoginStore.at(store)).storeKey(key());
        }
    }

    private static Path key() {
        var secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        try {
            var file = Files.write(Files.createTempFile("apikit-store", ".key"), secret);
            file.toFile().deleteOnExit();
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Authenticator tokenLogin() {
        return Authenticator.tokenLogin(
                login -> login.post("/login").credentialsAsBasic().sign("Authorization", "Bearer {access_token}"));
    }

    private int number(String variable, int otherwise) {
        return Integer.parseInt(environment.getOrDefault(variable, String.valueOf(otherwise)));
    }
}
