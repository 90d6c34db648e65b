package io.apikit.example.systems;

import static io.javalin.apibuilder.ApiBuilder.get;

import io.apikit.auth.Backend;
import io.apikit.http.BackendRequest;
import io.apikit.http.Pace;
import io.apikit.starter.WrappedSystem;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.Supplier;

/**
 * The NASA course server, below {@code /nasa}. Pictures, sounds, documents and pages pass through unchanged, also ranges
 * and conditional requests. The slow route rejects requests that come too soon after each other. All callers share a pace
 * there, and the library finds out the interval.
 */
public record Nasa(Backend quick, Backend slow) implements WrappedSystem {
    static final String PREFIX = "/nasa";

    /** Uses two backends at this address, so that the pace of the slow route does not delay the other route. */
    public Nasa(Supplier<Backend.Builder> backend) {
        this(
                backend.get().name("nasa").build(),
                backend.get().name("nasa-slow").pace(Pace.adaptive()).build());
    }

    @Override
    public void addEndpoints() {
        get("/picture", ctx -> pass(quick, "/NASA", ctx));
        get("/slow", ctx -> pass(slow, "/Slow-NASA", ctx));
    }

    private static void pass(Backend backend, String path, Context ctx) {
        backend.session(ctx).stream(BackendRequest.get(path).conditionsOf(ctx), ctx, "X-Description");
    }

    @Override
    public String prefix() {
        return PREFIX;
    }

    @Override
    public List<Backend> backends() {
        return List.of(quick, slow);
    }
}
