package io.apikit.testkit.systems;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A fake of FirecREST, the API of a computing centre, in its version 1. It serves HTTP on 127.0.0.1 and a free port. Its
 * {@link io.apikit.testkit.token.FakeTokenEndpoint} has another origin. {@link FakeFirecrestV2} is version 2.
 *
 * <ul>
 *   <li>{@code GET /status/systems}, {@code GET /tasks} and {@code GET /tasks/{id}} need {@code Authorization: Bearer}.
 *   <li>{@code POST /compute/jobs/upload} (multipart, {@code file}), {@code GET /compute/jobs},
 *       {@code GET /compute/jobs/{id}} and {@code DELETE /compute/jobs/{id}} also need the {@code X-Machine-Name} of a
 *       known machine. Each returns a task, whose data is the outcome.
 *   <li>{@code GET /utilities/ls}, {@code GET /utilities/view}, {@code GET /utilities/download} and
 *       {@code POST /utilities/upload} (multipart, {@code targetPath} and {@code file}) need the machine as well.
 * </ul>
 *
 * <p>A client sees its own tasks and jobs only; the task of another one is a 403. It has the faults of the real system.
 * A 401 has no challenge. A request that is forbidden for good gets a 401 too. The reason of some errors is in a header
 * alone ({@link #machineAvailable}, {@link #machineAllowed}).
 *
 * <p>Thread-safe. What the builder alone sets is fixed; everything else can be changed while the server runs. Its
 * threads are daemon threads. It keeps the last 10,000 tasks, 1,000 jobs, 1,000 files and 100 uploads.
 */
public final class FakeFirecrest extends FirecrestServer {
    private final Set<String> machines;
    private final FirecrestV1Access access;
    private final FirecrestTasks tasks;
    private final FirecrestV1Compute compute;
    private final FirecrestV1Utilities utilities;

    private FakeFirecrest(Builder builder) {
        super("fake-firecrest", builder);
        machines = builder.machines();
        access = new FirecrestV1Access(tokenEndpoint(), machines);
        tasks = new FirecrestTasks(clock());
        compute = new FirecrestV1Compute(access, tasks, new FirecrestJobs(clock()), uploadsReceived());
        utilities = new FirecrestV1Utilities(access, files(), uploadsReceived());
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
        var routes = config.routes;
        routes.get("/status/systems", access.guarded(this::systems));
        routes.post("/compute/jobs/upload", compute::submit);
        routes.get("/compute/jobs", access.onMachine(FirecrestV1Compute.LISTING, compute::list));
        routes.get("/compute/jobs/{id}", access.onMachine(FirecrestV1Compute.READING, compute::one));
        routes.delete("/compute/jobs/{id}", access.onMachine(FirecrestV1Compute.CANCELLING, compute::cancel));
        routes.get("/utilities/ls", access.onMachine("Error on ls operation", utilities::list));
        routes.get("/utilities/view", access.onMachine("Error on fsize operation", utilities::view));
        routes.get("/utilities/download", access.onMachine("Error on fsize operation", utilities::download));
        routes.post("/utilities/upload", utilities::upload);
        routes.get("/tasks", access.guarded(tasks::all));
        routes.get("/tasks/{id}", access.guarded(tasks::one));
    }

    private void systems(Context ctx) {
        List<Map<String, String>> systems = machines.stream()
                .sorted()
                .map(name -> Map.of("system", name, "status", "available", "description", "System ready"))
                .toList();
        ctx.json(Map.of("description", "List of systems with status and description.", "out", systems));
    }

    /** Returns a builder of an API with one machine, {@code daint}. */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    FirecrestAccess access() {
        return access;
    }

    /**
     * Sets the status codes of tasks that are made from now on. Each poll moves a task one code on; it keeps the last
     * code. Default: 100, 101, 200.
     *
     * @throws IllegalArgumentException if there is no code
     */
    public void taskGoes(String... codes) {
        tasks.script(FirecrestTask.Script.of(Duration.ZERO, codes));
    }

    /** Does the same as {@link #taskGoes(String...)}, but a task moves one code on each time this has passed. */
    public void taskGoes(Duration step, String... codes) {
        tasks.script(FirecrestTask.Script.of(step, codes));
    }

    /** Sets whether a machine can be reached. If not, {@code X-Machine-Not-Available} alone says so. Default: true. */
    public void machineAvailable(String machine, boolean available) {
        access.available(machine, available);
    }

    /** Sets whether the clients may use a machine. If not, {@code X-Permission-Denied} alone says so. Default: true. */
    public void machineAllowed(String machine, boolean allowed) {
        access.allow(machine, allowed);
    }

    /** Returns the number of tasks made so far, by any request. */
    public int tasksMade() {
        return tasks.made();
    }

    /** Returns the number of polls of single tasks that passed the rate limit and the check of the token. */
    public int polls() {
        return tasks.polled();
    }

    /** Returns the number of such polls of one task. */
    public int polls(String taskId) {
        return tasks.polled(taskId);
    }

    /** Returns when those polls arrived, by the clock. The last 10,000 are kept. */
    public List<Instant> pollInstants() {
        return tasks.polls();
    }

    /** Collects the settings of a {@link FakeFirecrest}. Not thread-safe; it starts one server. */
    public static final class Builder extends FirecrestServer.Builder<Builder> {
        private Builder() {}

        /** Starts the server on a free port. */
        public FakeFirecrest start() {
            return new FakeFirecrest(this);
        }
    }
}
