package io.apikit.example;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.BackendError;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Backend;
import io.apikit.example.systems.ConfiguredSystems;
import io.javalin.http.Context;
import java.util.Map;

/**
 * The service {@code uservice-mymicroservice}. It returns one metric of one job as JSON, from a backend that returns plain
 * text. This is the class to copy: replace the metadata, the route and the handler.
 */
public final class MyMicroservice {
    static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-mymicroservice")
            .version("0.0.1")
            .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
            .description("My delightful microservice")
            .build();

    private final Backend backend;

    private MyMicroservice(Backend backend) {
        this.backend = backend;
    }

    /** Returns the service in front of this backend, to be built and started. When it stops, it closes the backend. */
    static ApiApp.Builder app(Backend backend, String... routePrefixes) {
        var service = new MyMicroservice(backend);
        return ApiApp.builder(METADATA)
                .routePrefixes(routePrefixes)
                .auth(backend)
                .reservePrefixes(ConfiguredSystems.PREFIXES.toArray(String[]::new))
                .operations(ops -> ops.softCheck("backend", backend::isReachable))
                .routes(() -> get("/{jobname}/{metric}", service::value));
    }

    private void value(Context ctx) {
        var jobname = part(ctx, "jobname");
        var metric = part(ctx, "metric");
        var query = Map.of("metric", metric, "job", jobname);
        var value = backend.session(ctx).get("/api", query).orThrow().text();
        ctx.json(new JobMetric(jobname, metric, value));
    }

    /** Returns one part of the path. If it is blank, the caller gets a 400. */
    public static String part(Context ctx, String name) {
        var part = ctx.pathParam(name);
        if (part.isBlank()) {
            throw BackendError.of(400, "Must specify metric and jobname.");
        }
        return part;
    }

    /** The response, in JSON. */
    record JobMetric(String jobname, String metric, String value) {}
}
