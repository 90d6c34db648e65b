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
import io.apikit.http.Part;
import io.apikit.starter.WrappedSystem;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;

/**
 * FirecREST in its version 1, below {@code /firecrest}. It makes a task of each request about jobs, and this class waits
 * for the task. {@link FirecrestV2} is version 2.
 */
public record Firecrest(Backend backend) implements WrappedSystem {
    static final String PREFIX = "/firecrest";

    /** The reason of an error is in the body, in one of these headers, or in both. */
    private static final ErrorReasons REASONS = ErrorReasons.fields("description", "error")
            .headers(
                    "X-Permission-Denied",
                    "X-Machine-Not-Available",
                    "X-Machine-Does-Not-Exists",
                    "X-Invalid-Path",
                    "X-Not-Found",
                    "X-Size-Limit",
                    "X-Timeout");

    public Firecrest(Backend.Builder backend, String tokenUri) {
        this(backend.name("firecrest")
                .auth(Authenticator.clientCredentials(options -> options.tokenUri(tokenUri)))
                .build());
    }

    @Override
    public void addEndpoints() {
        get("/systems", ctx -> ctx.json(json(send(ctx, BackendRequest.get("/status/systems")), "out")));
        get("/tasks/{id}", ctx -> ctx.json(json(send(ctx, BackendRequest.get("/tasks/{}", id(ctx))), "task")));
        get("/jobs", ctx -> run(ctx, BackendRequest.get("/compute/jobs")));
        get("/jobs/{id}", ctx -> run(ctx, BackendRequest.get("/compute/jobs/{}", id(ctx))));
        post("/jobs", ctx -> run(ctx, script(ctx)));
        delete("/jobs/{id}", ctx -> run(ctx, BackendRequest.delete("/compute/jobs/{}", id(ctx))));
        get("/files", ctx -> ctx.json(json(send(ctx, file(ctx, "ls", "targetPath")), "output")));
        get("/file", ctx -> download(ctx, send(ctx, file(ctx, "download", "sourcePath"))));
        post("/file", this::upload);
    }

    private void run(Context ctx, BackendRequest request) {
        var task = json(send(ctx, request), "task_id");
        var poll = backend.session(ctx).poll(BackendRequest.get("/tasks/{}", task.asText()));
        var done = poll.failing(response -> status(response).matches("115|118|30[0-2]|400"))
                .until(response -> status(response).equals("200"));
        ctx.json(done.json(JsonNode.class).at("/task/data"));
    }

    private BackendRequest script(Context ctx) throws IOException {
        var script = SmallFile.of(ctx, backend, "script.sh");
        return BackendRequest.post("/compute/jobs/upload").multipart(script.part());
    }

    private static BackendRequest file(Context ctx, String command, String parameter) {
        return BackendRequest.get("/utilities/{}", command)
                .query(parameter, ctx.queryParamAsClass("path", String.class).get());
    }

    private static void download(Context ctx, BackendResponse file) {
        ctx.contentType("application/octet-stream").result(file.bytes());
    }

    private void upload(Context ctx) throws IOException {
        var directory = ctx.queryParamAsClass("path", String.class).get();
        var file = SmallFile.of(ctx, backend, "file").part();
        send(ctx, BackendRequest.post("/utilities/upload").multipart(Part.field("targetPath", directory), file));
        ctx.status(204);
    }

    private BackendResponse send(Context ctx, BackendRequest request) {
        var machine = ctx.queryParamAsClass("machine", String.class).getOrDefault("daint");
        return REASONS.orThrow(backend.session(ctx).send(request.header("X-Machine-Name", machine)));
    }

    private static JsonNode json(BackendResponse response, String field) {
        var body = response.json(JsonNode.class);
        if (!body.hasNonNull(field)) {
            throw BackendError.of(502, "The backend's answer has no '" + field + "'.");
        }
        return body.get(field);
    }

    private static String status(BackendResponse task) {
        return task.json(JsonNode.class).at("/task/status").asText();
    }

    private static String id(Context ctx) {
        return ctx.pathParam("id");
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
