package io.apikit.example.systems;

import static io.javalin.apibuilder.ApiBuilder.get;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.BackendError;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.BackendRequest;
import io.apikit.starter.WrappedSystem;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Altair Accelerator, below {@code /accelerator}. A job is a table with one row there, and one flat object here. */
public record Accelerator(Backend backend) implements WrappedSystem {
    static final String PREFIX = "/accelerator";

    private static final List<String> REQUIRED = List.of("id", "status", "user");

    public Accelerator(Backend.Builder backend) {
        this(backend.name("accelerator")
                .auth(Authenticator.tokenLogin(login -> login.post("/api/v3/token")
                        .credentialsAsForm("username", "password")
                        .sign("Authorization", "{token_type}:{access_token}")))
                .build());
    }

    @Override
    public void addEndpoints() {
        get("/jobs/{id}", this::job);
    }

    private void job(Context ctx) {
        var request = BackendRequest.get("/api/v3/jobs/{}", ctx.pathParam("id"));
        var table = backend.session(ctx).send(request).orThrow().json(JsonNode.class);
        var rows = table.path("rows");
        if (rows.size() != 1) {
            throw BackendError.of(502, "The backend's table has " + rows.size() + " rows for one job.");
        }
        ctx.json(flat(table.path("columns"), rows.path(0)));
    }

    private static Map<String, JsonNode> flat(JsonNode columns, JsonNode row) {
        var job = new LinkedHashMap<String, JsonNode>();
        REQUIRED.forEach(field -> job.put(field, row.path("missing")));
        for (int i = 0; i < columns.size(); i++) {
            job.put(columns.path(i).path("field").asText(), row.path(i));
        }
        for (var field : job.entrySet()) {
            if (field.getValue().isMissingNode()) {
                throw BackendError.of(502, "The backend's table has no value of '" + field.getKey() + "'.");
            }
        }
        return job;
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
