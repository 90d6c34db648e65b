package io.apikit.example;

import io.apikit.BackendError;
import io.apikit.ServiceMetadata;
import io.apikit.starter.Service;
import io.javalin.http.Context;
import java.util.Map;

/**
 * The service {@code uservice-mymicroservice}. It returns one metric of one job as JSON, from a backend that returns plain
 * text. This is the class to copy: replace the metadata, the route and the handler.
 */
public final class MyMicroservice {
    static final Service SERVICE = Service.named(ServiceMetadata.builder()
                    .name("uservice-mymicroservice")
                    .version("0.0.1")
                    .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
                    .description("My delightful microservice")
                    .build())
            .routePrefixes("/", "/mymicroservice")
            .get("/{jobname}/{metric}", (session, ctx) -> {
                var jobname = part(ctx, "jobname");
                var metric = part(ctx, "metric");
                var query = Map.of("metric", metric, "job", jobname);
                ctx.json(new JobMetric(
                        jobname, metric, session.get("/api", query).text()));
            });

    private MyMicroservice() {}

    /** Starts the service. */
    public static void main(String... args) {
        SERVICE.main(args);
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
