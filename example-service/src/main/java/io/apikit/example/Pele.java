package io.apikit.example;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.path;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;

/**
 * Pele, below {@code /pele}: a token login that allows three logins a minute. The token is kept for all requests of the
 * same credentials and renewed before it ends; the password goes to {@code /login} and nowhere else.
 */
record Pele(Backend backend) implements Wrapper {
    /** In front of this backend, which may have a service account; else each caller shows its own credentials. */
    Pele(Backend.Builder backend) {
        this(backend.auth(Authenticator.tokenLogin(
                        login -> login.post("/login").credentialsAsBasic().sign("X-API-KEY", "{token}")))
                .build());
    }

    @Override
    public void addEndpoints() {
        path("/pele", () -> get("/echo/{text}", this::echo));
    }

    private void echo(Context ctx) {
        var query = Map.of("echo_str", ctx.pathParam("text"));
        var answer = backend.session(ctx).get("/test/echo", query).orThrow().json(JsonNode.class);
        ctx.json(new Echo(answer.path("message").asText()));
    }

    @Override
    public List<Backend> backends() {
        return List.of(backend);
    }

    /** The answer, in JSON. */
    record Echo(String echo) {}
}
