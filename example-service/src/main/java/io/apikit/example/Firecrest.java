package io.apikit.example;

import static io.javalin.apibuilder.ApiBuilder.delete;
import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.post;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.BackendRequest;
import io.apikit.http.BackendResponse;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;

/** FirecREST, below {@code /firecrest}: what it makes a task of is waited for, across tokens that want 30 s left. */
record Firecrest(Backend backend) implements Wrapper {
    Firecrest(Backend.Builder backend, String tokenUri) {
        this(backend.auth(Authenticator.clientCredentials(
                        options -> options.tokenUri(tokenUri).margin(Duration.ofSeconds(60))))
                .build());
    }

    @Override
    public void addEndpoints() {
        get("/firecrest/systems", ctx -> ctx.json(ask(ctx, "out", BackendRequest.get("/status/systems"))));
        get(
                "/firecrest/tasks/{id}",
                ctx -> ctx.json(ask(ctx, "task", BackendRequest.get("/tasks/{}", ctx.pathParam("id")))));
        get("/firecrest/jobs", ctx -> run(ctx, BackendRequest.get("/compute/jobs")));
        post("/firecrest/jobs", ctx -> run(ctx, Script.of(ctx, backend).postedTo("/compute/jobs/upload")));
        delete("/firecrest/jobs/{id}", ctx -> run(ctx, BackendRequest.delete("/compute/jobs/{}", ctx.pathParam("id"))));
    }

    private void run(Context ctx, BackendRequest request) {
        var machine = ctx.queryParamAsClass("machine", String.class).getOrDefault("daint");
        var task = ask(ctx, "task_id", request.header("X-Machine-Name", machine));
        var poll = backend.session(ctx).poll(BackendRequest.get("/tasks/{}", task.asText()));
        var done = poll.failing(answer -> status(answer).matches("115|118|30[0-2]|400"))
                .until(answer -> status(answer).equals("200"));
        ctx.json(done.json(JsonNode.class).at("/task/data"));
    }

    private JsonNode ask(Context ctx, String field, BackendRequest request) {
        var answer = backend.session(ctx).send(request).orThrow().json(JsonNode.class);
        if (!answer.hasNonNull(field)) {
            throw BackendError.of(502, "The backend's answer has no '" + field + "'.");
        }
        return answer.get(field);
    }

    private static String status(BackendResponse task) {
        return task.json(JsonNode.class).at("/task/status").asText();
    }

    @Override
    public List<Backend> backends() {
        return List.of(backend);
    }
}
