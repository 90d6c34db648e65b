package io.apikit.bench.vertx;

import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.net.URI;
import java.util.Map;
import java.util.Objects;

/** Starts the service on {@code PORT}, in front of {@code BACKEND}: one event loop for each core. */
public final class Main {
    private Main() {}

    /** Returns when all listen. */
    public static void main(String... args) {
        var environment = System.getenv();
        var port = Integer.parseInt(setting(environment, "PORT"));
        var backend = URI.create(setting(environment, "BACKEND"));
        Vertx.vertx()
                .deployVerticle(
                        () -> new Metrics(port, backend),
                        new DeploymentOptions()
                                .setInstances(Runtime.getRuntime().availableProcessors()))
                .await();
    }

    private static String setting(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }
}
