package io.apikit.bench.apikit;

import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.auth.Credentials;
import io.apikit.http.HttpOptions;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What the environment says of the service: where it listens ({@code PORT}), what it fronts ({@code BACKEND}), how many
 * requests that takes at once ({@code MAX_CONNECTIONS}), below how many prefixes it serves beside the root
 * ({@code PREFIXES}), and whether a service account logs in for a token ({@code LOGIN=token}). Immutable.
 */
record Settings(Map<String, String> environment) {
    /** Whom the load's backend gives a token to. */
    private static final Credentials ACCOUNT = Credentials.password("bench", "bench");

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
        return "token".equals(environment.get("LOGIN"))
                ? builder.auth(tokenLogin()).credentials(ACCOUNT).build()
                : builder.auth(Authenticator.basic()).build();
    }

    private static Authenticator tokenLogin() {
        return Authenticator.tokenLogin(
                login -> login.post("/login").credentialsAsBasic().sign("Authorization", "Bearer {access_token}"));
    }

    private int number(String variable, int otherwise) {
        return Integer.parseInt(environment.getOrDefault(variable, String.valueOf(otherwise)));
    }
}
