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
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * FirecREST in its version 2, below {@code /firecrest-v2}. Its paths have the name of a system, and a job is submitted as
 * JSON. The server requires that 30 s are left of each token, and returns the token in a header of its responses. This
 * class passes on no header.
 */
public record FirecrestV2(Backend backend) implements WrappedSystem {
    static final String PREFIX = "/firecrest-v2";

    private static final String OPS = "/filesystem/{}/ops/{}";
    private static final ErrorReasons REASONS = ErrorReasons.fields("message");

    public FirecrestV2(Backend.Builder backend, String tokenUri) {
        this(backend.name("firecrest-v2")
                .auth(Authenticator.clientCredentials(
                        options -> options.tokenUri(tokenUri).margin(Duration.ofSeconds(60))))
                .build());
    }

    @Override
    public void addEndpoints() {
        get("/systems", ctx -> json(ctx, "/systems", BackendRequest.get("/status/systems")));
        get("/{system}/jobs", ctx -> json(ctx, "/jobs", BackendRequest.get("/compute/{}/jobs", system(ctx))));
        get("/{system}/jobs/{id}", ctx -> json(ctx, "/jobs/0", BackendRequest.get("/compute/{}/jobs/{}", job(ctx))));
        post("/{system}/jobs", this::submit);
        delete("/{system}/jobs/{id}", ctx -> done(ctx, BackendRequest.delete("/compute/{}/jobs/{}", job(ctx))));
        get("/{system}/files", ctx -> json(ctx, "/output", onFile(BackendRequest.get(OPS, system(ctx), "ls"), ctx)));
        get("/{system}/file", this::download);
        post("/{system}/file", this::upload);
    }

    private void submit(Context ctx) throws IOException {
        var script = SmallFile.of(ctx, backend, "script.sh").text();
        var directory = ctx.queryParamAsClass("directory", String.class).getOrDefault("/scratch");
        var job = Map.of("job", Map.of("workingDirectory", directory, "script", script));
        json(
                ctx.status(201),
                "/jobId",
                BackendRequest.post("/compute/{}/jobs", system(ctx)).json(job));
    }

    private void download(Context ctx) {
        var file = send(ctx, onFile(BackendRequest.get(OPS, system(ctx), "download"), ctx));
        ctx.contentType("application/octet-stream").result(file.bytes());
    }

    private void upload(Context ctx) throws IOException {
        var file = SmallFile.of(ctx, backend, "file").part();
        done(ctx, onFile(BackendRequest.post(OPS, system(ctx), "upload"), ctx).multipart(file));
    }

    /** Responds with a part of the backend's JSON. Null is an empty list there. */
    private void json(Context ctx, String pointer, BackendRequest request) {
        var value = send(ctx, request).json(JsonNode.class).at(pointer);
        if (value.isMissingNode()) {
            throw BackendError.of(502, "The backend's answer has no '" + pointer + "'.");
        }
        ctx.json(value.isNull() ? List.of() : value);
    }

    private void done(Context ctx, BackendRequest request) {
        send(ctx, request);
        ctx.status(204);
    }

    private BackendResponse send(Context ctx, BackendRequest request) {
        return REASONS.orThrow(backend.session(ctx).send(request));
    }

    private static BackendRequest onFile(BackendRequest request, Context ctx) {
        return request.query("path", ctx.queryParamAsClass("path", String.class).get());
    }

    private static String system(Context ctx) {
        return ctx.pathParam("system");
    }

    private static Object[] job(Context ctx) {
        return new Object[] {system(ctx), ctx.pathParam("id")};
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
