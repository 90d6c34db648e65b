package io.apikit.bench.apikit;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Backend;
import io.apikit.ops.logging.Logging;
import io.javalin.http.Context;
import java.util.Map;

/** One metric of one job, as JSON, from a backend that answers in plain text. */
public final class Main {
    private static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-mymicroservice")
            .version("0.0.1")
            .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
            .description("My delightful microservice")
            .build();

    private final Backend backend;

    private Main(Backend backend) {
        this.backend = backend;
    }

    /** Starts the service, as {@link Settings} says. */
    public static void main(String... args) {
        Logging.configure(System.getenv(), METADATA.name());
        var settings = new Settings(System.getenv());
        var backend = settings.backend();
        var service = new Main(backend);
        ApiApp.builder(METADATA)
                .routePrefixes(settings.prefixes())
                .auth(backend)
                // All load comes from one address.
                .operations(ops -> ops.limits(limits -> limits.anyRate().connectionsPerAddress(20_000)))
                .javalin(new Threads(System.getenv())::arrange)
                .routes(() -> get("/{jobname}/{metric}", service::value))
                .build()
                .start("127.0.0.1", settings.port());
    }

    private void value(Context ctx) {
        var jobname = ctx.pathParam("jobname");
        var metric = ctx.pathParam("metric");
        var query = Map.of("job", jobname, "metric", metric);
        var value = backend.session(ctx).get("/api", query).orThrow().text();
        ctx.json(new JobMetric(jobname, metric, value));
    }

    /** The answer, in JSON. */
    record JobMetric(String jobname, String metric, String value) {}
}
