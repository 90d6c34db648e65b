package io.apikit.example.systems;

import static io.javalin.apibuilder.ApiBuilder.get;

import com.fasterxml.jackson.databind.JsonNode;
import io.apikit.auth.Authenticator;
import io.apikit.auth.Backend;
import io.apikit.http.Pace;
import io.apikit.starter.WrappedSystem;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Pele, below {@code /pele}: a token login that allows three logins a minute, and ten echoes a second. The token is used
 * for all requests with the same credentials, and renewed before it expires. The password is sent to {@code /login} and
 * nowhere else. All callers share both limits, so this service keeps them itself: a call waits for its turn, and none is
 * refused.
 */
public record Pele(Backend backend) implements WrappedSystem {
    static final String PREFIX = "/pele";

    private static final ErrorReasons REASONS = ErrorReasons.fields("message");

    /**
     * Adds the login and the limits to this backend. Without a service account there, each caller sends its own
     * credentials.
     */
    public Pele(Backend.Builder backend) {
        this(backend.name("pele")
                .auth(Authenticator.tokenLogin(
                        login -> login.post("/login").credentialsAsBasic().sign("X-API-KEY", "{token}")))
                .logins(3, Duration.ofSeconds(20))
                .pace(Pace.atMost(10, Duration.ofSeconds(1)))
                .build());
    }

    @Override
    public void addEndpoints() {
        get("/echo/{text}", this::echo);
    }

    private void echo(Context ctx) {
        var query = Map.of("echo_str", ctx.pathParam("text"));
        var response =
                REASONS.orThrow(backend.session(ctx).get("/test/echo", query)).json(JsonNode.class);
        ctx.json(new Echo(response.path("message").asText()));
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public List<Backend> backends() {
        return List.of(backend);
    }

    /** The response, in JSON. */
    record Echo(String echo) {}
}
