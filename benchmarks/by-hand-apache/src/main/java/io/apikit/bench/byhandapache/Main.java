package io.apikit.bench.byhandapache;

import io.javalin.Javalin;
import io.javalin.http.Context;
import java.util.Map;
import java.util.Objects;

/**
 * One metric of one job, as JSON, from a backend that answers in plain text. {@code THREADS=platform} switches virtual
 * threads off, which Java before 21 does not have anyway. {@code PREFIXES=n} adds the route below {@code /p0} to
 * {@code /p{n-1}}.
 */
public final class Main {
    private final Metrics metrics;

    private Main(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Starts the service on {@code PORT}, in front of {@code BACKEND}. */
    public static void main(String... args) {
        var environment = System.getenv();
        var service = new Main(new Metrics(setting(environment, "BACKEND")));
        Javalin.create(config -> {
                    config.startup.showJavalinBanner = false;
                    config.concurrency.useVirtualThreads = !"platform".equals(environment.get("THREADS"));
                    config.routes.get("/", ctx -> ctx.result("OK"));
                    config.routes.get("/metadata", ctx -> ctx.json(Metadata.OF_SERVICE));
                    config.routes.get("/{jobname}/{metric}", service::value);
                    for (int i = 0; i < Integer.parseInt(environment.getOrDefault("PREFIXES", "0")); i++) {
                        config.routes.get("/p" + i + "/{jobname}/{metric}", service::value);
                    }
                    config.routes.exception(Failure.class, Failure::tell);
                })
                .start("127.0.0.1", Integer.parseInt(setting(environment, "PORT")));
    }

    private void value(Context ctx) {
        var caller = ctx.basicAuthCredentials();
        if (caller == null) {
            throw Failure.unauthorized();
        }
        var jobname = ctx.pathParam("jobname");
        var metric = ctx.pathParam("metric");
        var value = metrics.value(jobname, metric, caller.getUsername(), caller.getPassword());
        ctx.json(new JobMetric(jobname, metric, value));
    }

    private static String setting(Map<String, String> environment, String name) {
        return Objects.requireNonNull(environment.get(name), name);
    }

    /** The answer, in JSON. */
    record JobMetric(String jobname, String metric, String value) {}
}
