package io.apikit.testkit.systems;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A fake of FirecREST, the API of a computing centre, in its version 2. It serves HTTP on 127.0.0.1 and a free port. Its
 * {@link io.apikit.testkit.token.FakeTokenEndpoint} has another origin. {@link FakeFirecrest} is version 1.
 *
 * <p>Paths have the name of a system; what goes in and out is JSON, with names in camel case. All endpoints need
 * {@code Authorization: Bearer}:
 *
 * <ul>
 *   <li>{@code GET /status/systems}
 *   <li>below {@code /compute/{system}}: {@code POST jobs}, {@code GET jobs}, {@code GET jobs/{id}} and
 *       {@code DELETE jobs/{id}}. There are no tasks.
 *   <li>below {@code /filesystem/{system}/ops}: {@code GET ls}, {@code GET view}, {@code GET download} and
 *       {@code POST upload} (multipart, {@code file}), each with the query parameter {@code path}
 *   <li>{@code POST /filesystem/{system}/transfer/cp}
 * </ul>
 *
 * <p>An error is {@code {"errorType", "message", "causedBy", "data", "user"}}. A client sees its own jobs only. It has
 * the faults of the real system. It refuses tokens that expire within {@link #minimumLife}. Responses return the token in
 * a header {@code auth-token}. A request that is forbidden for good gets a 401 too.
 *
 * <p>Thread-safe. What the builder alone sets is fixed; everything else can be changed while the server runs. Its
 * threads are daemon threads. It keeps the last 1,000 jobs, 1,000 files and 100 uploads.
 */
public final class FakeFirecrestV2 extends FirecrestServer {
    private final Set<String> systems;
    private final FirecrestV2Access access;
    private final FirecrestV2Compute compute;
    private final FirecrestV2Filesystem filesystem;

    private FakeFirecrestV2(Builder builder) {
        super("fake-firecrest-v2", builder);
        systems = builder.machines();
        access = new FirecrestV2Access(tokenEndpoint(), systems, builder.minimumLife);
        FirecrestJobs jobs = new FirecrestJobs(clock());
        compute = new FirecrestV2Compute(jobs);
        filesystem = new FirecrestV2Filesystem(access, files(), jobs, uploadsReceived());
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        var routes = config.routes;
        routes.get("/status/systems", access.guarded(this::systems));
        routes.post("/compute/{system}/jobs", access.onSystem(compute::submit));
        routes.get("/compute/{system}/jobs", access.onSystem(compute::list));
        routes.get("/compute/{system}/jobs/{id}", access.onSystem(compute::one));
        routes.delete("/compute/{system}/jobs/{id}", access.onSystem(compute::cancel));
        routes.get("/filesystem/{system}/ops/ls", access.onSystem(filesystem::list));
        routes.get("/filesystem/{system}/ops/view", access.onSystem(filesystem::view));
        routes.get("/filesystem/{system}/ops/download", access.onSystem(filesystem::download));
        routes.post("/filesystem/{system}/ops/upload", filesystem::upload);
        routes.post("/filesystem/{system}/transfer/cp", access.onSystem(filesystem::copy));
    }

    private void systems(Context ctx) {
        ctx.json(Map.of(
                "systems",
                systems.stream().sorted().map(FakeFirecrestV2::system).toList()));
    }

    private static Map<String, Object> system(String name) {
        return Map.of(
                "name",
                name,
                "scheduler",
                Map.of("type", "slurm", "version", "24.05.0"),
                "servicesHealth",
                List.of(Map.of("serviceType", "scheduler", "healthy", true)),
                "fileSystems",
                List.of(Map.of("path", "/scratch", "dataType", "scratch", "defaultWorkDir", true)));
    }

    /** Returns a builder of an API with one system, {@code daint}. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    FirecrestAccess access() {
        return access;
    }

    /** Refuses tokens that expire within this time from now on. Default: 30 s. */
    public void minimumLife(Duration least) {
        access.minimumLife(least);
    }

    /** Collects the settings of a {@link FakeFirecrestV2}. Not thread-safe; it starts one server. */
    public static final class Builder extends FirecrestServer.Builder<Builder> {
        private Duration minimumLife = Duration.ofSeconds(30);

        private Builder() {}

        /** Refuses tokens that expire within this time. Default: 30 s. */
        public Builder minimumLife(Duration least) {
            minimumLife = least;
            return this;
        }

        /** Starts the server on a free port. */
        public FakeFirecrestV2 start() {
            return new FakeFirecrestV2(this);
        }
    }
}
