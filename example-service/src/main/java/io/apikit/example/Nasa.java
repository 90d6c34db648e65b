package io.apikit.example;

import static io.javalin.apibuilder.ApiBuilder.get;
import static io.javalin.apibuilder.ApiBuilder.path;

import io.apikit.auth.Backend;
import io.apikit.http.BackendRequest;
import io.apikit.http.Pace;
import io.javalin.http.Context;
import java.util.List;

/**
 * The NASA course server, below {@code /nasa}: pictures, sounds, documents and pages pass through as they come, in parts
 * or on conditions where the caller asks for that. Its slow route refuses whoever comes too soon, so all callers share a
 * pace there, which finds out what it wants.
 */
record Nasa(Backend quick, Backend slow) implements Wrapper {
    /** In front of this backend, twice: the slow route's pace must not hold up the other one. */
    Nasa(Backend.Builder backend) {
        this(backend.build(), backend.pace(Pace.adaptive()).build());
    }

    @Override
    public void addEndpoints() {
        path("/nasa", () -> {
            get("/picture", ctx -> pass(quick, "/NASA", ctx));
            get("/slow", ctx -> pass(slow, "/Slow-NASA", ctx));
        });
    }

    private static void pass(Backend backend, String path, Context ctx) {
        backend.session(ctx).stream(BackendRequest.get(path).conditionsOf(ctx), ctx, "X-Description");
    }

    @Override
    public List<Backend> backends() {
        return List.of(quick, slow);
    }
}
