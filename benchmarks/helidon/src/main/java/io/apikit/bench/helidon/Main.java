package io.apikit.bench.helidon;

import io.helidon.webclient.api.WebClient;
import io.helidon.webserver.WebServer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/** Starts the service on {@code PORT}, in front of {@code BACKEND}. */
public final class Main {
    private static final int KEPT_CONNECTIONS = 512;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private Main() {}

    /** Returns when it listens. */
    public static void main(String... args) {
        var environment = System.getenv();
        var backend = WebClient.builder()
                .baseUri(setting(environment, "BACKEND"))
                .connectTimeout(PATIENCE)
                .readTimeout(PATIENCE)
                .connectionCacheSize(KEPT_CONNECTIONS)
                .build();
        WebServer.builder()
                .host("127.0.0.1")
                .port(Integer.parseInt(setting(environment, "PORT")))
                .routing(routing -> routing.register(new Metrics(backend)).error(Failure.class, Failure::tell))
                .build()
                .start();
    }

    private static String setting(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }
}
