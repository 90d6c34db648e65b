package io.apikit.example.systems;

import static io.javalin.apibuilder.ApiBuilder.delete;
import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.apikit.starter.WrappedSystem;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;

/**
 * FirecREST, below {@code /firecrest}. It makes a task of most requests, and this class waits for the task. The server
 * requires that 30 s are left of each token.
 */
public record Firecrest(Backend backend) implements WrappedSystem {
    static final String PREFIX = "/firecrest";

    public Firecrest(Backend.Builder backend, String tokenUri) {
        this(backend.name("firecrest")
                .auth(Authenticator.clientCredentials(
                        options -> options.tokenUri(tokenUri).margin(Duration.ofSeconds(60))))
                .build());
    }

    @Override
    public void addEndpoints() {
        get("/systems", ctx -> ctx.json(request(ctx, "out", BackendRequest.get("/status/systems"))));
        get("/tasks/{id}", ctx -> ctx.json(request(ctx, "task", BackendRequest.get("/tasks/{}", ctx.pathParam("id")))));
        get("/jobs", ctx -> run(ctx, BackendRequest.get("/compute/jobs")));
        post("/jobs", ctx -> run(ctx, JobScript.of(ctx, backend).uploadTo("/compute/jobs/upload")));
        delete("/jobs/{id}", ctx -> run(ctx, BackendRequest.delete("/compute/jobs/{}", ctx.pathParam("id"))));
    }

    private void run(Context ctx, BackendRequest request) {
        var machine = ctx.queryParamAsClass("machine", String.class).getOrDefault("daint");
        var task = request(ctx, "task_id", request.header("X-Machine-Name", machine));
        var poll = backend.session(ctx).poll(BackendRequest.get("/tasks/{}", task.asText()));
        var done = poll.failing(response -> status(response).matches("115|118|30[0-2]|400"))
                .until(response -> status(response).equals("200"));
        ctx.json(done.json(JsonNode.class).at("/task/data"));
    }

    private JsonNode request(Context ctx, String field, BackendRequest request) {
        var response = backend.session(ctx).send(request).orThrow().json(JsonNode.class);
        if (!response.hasNonNull(field)) {
            throw BackendError.of(502, "The backend's answer has no '" + field + "'.");
        }
        return response.get(field);
    }

    private static String status(BackendResponse task) {
        return task.json(JsonNode.class).at("/task/status").asText();
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public List<Backend> backends() {
        return List.of(backend);
    }
}
