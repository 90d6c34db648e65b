package io.apikit.example;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.ApiApp;
import io.apikit.ServiceMetadata;
import io.apikit.auth.Backend;
import io.javalin.http.Context;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Two backends in one answer: a job's metric as the caller may see it, from the backend of {@link MyMicroservice}, and
 * the job's owner from a registry that knows this service by an account of its own. Both are asked at the same time.
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
    private final ExecutorService beside = Executors.newCachedThreadPool(JoinedService::daemon);

    private JoinedService(Backend metrics, Backend registry) {
        this.metrics = metrics;
        this.registry = registry;
    }

    /** The service in front of these two, not started yet; stopping it closes both. */
    static ApiApp app(Backend metrics, Backend registry) {
        var service = new JoinedService(metrics, registry);
        return ApiApp.builder(METADATA)
                .auth(metrics)
                .closeOnStop(registry, service.beside::shutdownNow)
                .routes(() -> get("/{jobname}/{metric}", service::ownedMetric))
                .build();
    }

    private void ownedMetric(Context ctx) {
        var jobname = MyMicroservice.part(ctx, "jobname");
        var metric = MyMicroservice.part(ctx, "metric");
        // A session is asked for here, where the request is: whoever may not ask one backend asks neither.
        var values = metrics.session(ctx);
        var owners = registry.session(ctx);
        var owner = CompletableFuture.supplyAsync(
                () -> owners.get("/owner", Map.of("job", jobname)).orThrow().text(), beside);
        var query = Map.of("metric", metric, "job", jobname);
        var value = values.get("/api", query).orThrow().text();
        ctx.json(new OwnedMetric(jobname, metric, value, result(owner)));
    }

    private static <T> T result(CompletableFuture<T> future) {
        try {
            return future.join();
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException cause ? cause : failed;
        }
    }

    private static Thread daemon(Runnable task) {
        var thread = new Thread(task, "beside");
        thread.setDaemon(true);
        return thread;
    }

    /** The answer, in JSON. */
    record OwnedMetric(String jobname, String metric, String value, String owner) {}
}
