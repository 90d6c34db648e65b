package io.apikit.example.joined;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Backend;
import io.apikit.example.MyMicroservice;
import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Combines two backends in one response. A job's metric comes from the backend of {@link MyMicroservice}, with the caller's
 * credentials. The job's owner comes from a registry, with a service account. The two requests run at the same time.
 */
final class JoinedService {
    private static final ServiceMetadata METADATA = ServiceMetadata.builder()
            .name("uservice-joined")
            .version("0.0.1")
            .repository("https://github.com/sqre-lsst/uservice-mymicroservice")
            .description("A metric and its owner in one answer")
            .build();

    private final Backend metrics;
    private final Backend registry;
    private final ExecutorService executor = Executors.newCachedThreadPool(JoinedService::daemon);

    private JoinedService(Backend metrics, Backend registry) {
        this.metrics = metrics;
        this.registry = registry;
    }

    /** Returns the service in front of these two backends, not started yet. When it stops, it closes both. */
    static ApiApp app(Backend metrics, Backend registry) {
        var service = new JoinedService(metrics, registry);
        return ApiApp.builder(METADATA)
                .auth(metrics)
                .closeOnStop(registry, service.executor::shutdownNow)
                .routes(() -> get("/{jobname}/{metric}", service::ownedMetric))
                .build();
    }

    private void ownedMetric(Context ctx) {
        var jobname = MyMicroservice.part(ctx, "jobname");
        var metric = MyMicroservice.part(ctx, "metric");
        // Both sessions are made before a request is sent: a caller who may not use one backend sends nothing to the
        // other.
        var values = metrics.session(ctx);
        var owners = registry.session(ctx);
        var owner = CompletableFuture.supplyAsync(
                () -> owners.get("/owner", Map.of("job", jobname)).orThrow().text(), executor);
        var query = Map.of("metric", metric, "job", jobname);
        var value = values.get("/api", query).orThrow().text();
        ctx.json(new OwnedMetric(jobname, metric, value, result(owner)));
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "joined-owner");
        thread.setDaemon(true);
        return thread;
    }

    /** The response, in JSON. */
    record OwnedMetric(String jobname, String metric, String value, String owner) {}
}
