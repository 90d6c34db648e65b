package io.apikit.testkit;

import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * FirecREST, the API of a computing centre: real HTTP on 127.0.0.1 and a free port, another origin than its
 * {@link FakeTokenEndpoint}.
 *
 * <p>Endpoints, all with {@code Authorization: Bearer}: {@code GET /status/systems}, {@code POST /compute/jobs/upload}
 * (multipart, {@code file}), {@code GET /compute/jobs}, {@code DELETE /compute/jobs/{id}}, {@code GET /tasks},
 * {@code GET /tasks/{id}}. Those below {@code /compute} are answered 400 without an {@code X-Machine-Name} it knows.
 * Submitting, listing and cancelling are answered with a task, whose data is the outcome. Nobody sees the tasks and jobs
 * of another client.
 *
 * <p>Its bad habits: it refuses tokens that are good for less than {@link #minimumLife}, its 401 carries the token back
 * in a header {@code auth-token}, and what is forbidden for ever is a 401 too.
 *
 * <p>Thread-safe; what is not in the builder can be changed while it runs. Its threads are daemons. It remembers the
 * last 10,000 tasks, 1,000 jobs and 100 uploads.
 */
public final class FakeFirecrest implements AutoCloseable {
    private final FakeTokenEndpoint tokens;
    private final boolean ownsTokens;
    private final Set<String> machines;
    private final Counters paths = new Counters();
    private final FirecrestAccess access;
    private final FirecrestTasks tasks;
    private final FirecrestJobs jobs;
    private final LoopbackServer server;

    private FakeFirecrest(Builder builder, FakeTokenEndpoint tokens, boolean ownsTokens) {
        this.tokens = tokens;
        this.ownsTokens = ownsTokens;
        machines = Set.copyOf(builder.machines);
        access = new FirecrestAccess(tokens, machines, builder.minimumLife);
        tasks = new FirecrestTasks(builder.clock);
        jobs = new FirecrestJobs(access, tasks, builder.clock);
        server = LoopbackServer.start("fake-firecrest", this::configure);
    }

    private void configure(JavalinConfig config) {
        config.routes.before(ctx -> paths.add(ctx.path()));
        config.routes.get("/status/systems", access.guarded(this::systems));
        config.routes.post("/compute/jobs/upload", jobs::upload);
        config.routes.get("/compute/jobs", access.onMachine(jobs::list));
        config.routes.delete("/compute/jobs/{id}", access.onMachine(jobs::cancel));
        config.routes.get("/tasks", access.guarded(tasks::all));
        config.routes.get("/tasks/{id}", access.guarded(tasks::one));
    }

    private void systems(Context ctx) {
        List<Map<String, String>> systems = machines.stream()
                .sorted()
                .map(name -> Map.of("system", name, "status", "available", "description", "System ready"))
                .toList();
        ctx.json(Map.of("description", "List of systems with status and description.", "out", systems));
    }

    /** A builder of an API with the one machine {@code daint}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Its origin, such as {@code http://127.0.0.1:40124}, without a slash at the end. */
    public String url() {
        return server.url();
    }

    /** Where its tokens come from: the endpoint given to the builder, or its own. */
    public FakeTokenEndpoint tokenEndpoint() {
        return tokens;
    }

    /** Tasks from now on go through these codes, one step at each poll; the last stays. Default 100, 101, 200. */
    public void taskGoes(String... codes) {
        tasks.script(TaskScript.of(Duration.ZERO, codes));
    }

    /** As {@link #taskGoes(String...)}, one step whenever so much time has passed by the clock. */
    public void taskGoes(Duration step, String... codes) {
        tasks.script(TaskScript.of(step, codes));
    }

    /** From now on tokens need more than this left. Default 30 s. */
    public void minimumLife(Duration least) {
        access.minimumLife(least);
    }

    /** Whether everything is forbidden to everybody, coded 401. Default false. */
    public void deny(boolean all) {
        access.deny(all);
    }

    /** From now on every request is answered 429 with this {@code Retry-After}; none if it is empty. */
    public void rateLimited(String retryAfter) {
        rateLimited(Throttle.FOR_EVER, "Retry-After", retryAfter);
    }

    /** As {@link #rateLimited(String)}, only so many requests, with a header such as {@code RateLimit-Reset}. */
    public void rateLimited(int requests, String header, String value) {
        access.throttle().refuse(requests, header, value);
    }

    /** Takes back {@link #rateLimited}. */
    public void notRateLimited() {
        rateLimited(0, "", "");
    }

    /** Uploads in their order, refused ones included; the last 100, and fewer of those that are large. */
    public List<Upload> uploads() {
        return jobs.uploads();
    }

    /** Tasks made so far, by whatever request. */
    public int tasksMade() {
        return tasks.made();
    }

    /** Polls of single tasks that came past the rate limit and the token. */
    public int polls() {
        return tasks.polled();
    }

    /** As {@link #polls()}, of one task. */
    public int polls(String taskId) {
        return tasks.polled(taskId);
    }

    /** When those polls came, by the clock; the last 10,000 are kept. */
    public List<Instant> pollInstants() {
        return tasks.polls();
    }

    /** Requests answered 401. */
    public int unauthorized() {
        return access.unauthorized();
    }

    /** Requests to this path, such as {@code "/compute/jobs/upload"}, whatever came of them. */
    public int count(String path) {
        return paths.of(path);
    }

    /** Requests so far, whatever came of them. */
    public int requests() {
        return paths.total();
    }

    /** Stops the API, and the token endpoint if it made that itself. */
    @Override
    public void close() {
        server.close();
        if (ownsTokens) {
            tokens.close();
        }
    }

    /** Collects the settings of a {@link FakeFirecrest}. Not thread-safe; good for one start. */
    public static final class Builder {
        private final FakeTokenEndpoint.Builder own = FakeTokenEndpoint.builder();
        private final Set<String> machines = new LinkedHashSet<>(Set.of("daint"));
        private @Nullable FakeTokenEndpoint tokens;
        private InstantSource clock = InstantSource.system();
        private Duration minimumLife = Duration.ofSeconds(30);

        private Builder() {}

        /** Where tokens come from; without one it makes its own, and closes it. */
        public Builder tokenEndpoint(FakeTokenEndpoint existing) {
            tokens = existing;
            return this;
        }

        /** Adds a client to its own token endpoint. Repeatable. */
        public Builder client(String id, String secret) {
            own.client(id, secret);
            return this;
        }

        /** How long a token of its own token endpoint is good. Default 300 s. */
        public Builder tokenLife(Duration life) {
            own.tokenLife(life);
            return this;
        }

        /** Adds a machine. Repeatable; {@code daint} is always there. */
        public Builder machine(String name) {
            machines.add(name);
            return this;
        }

        /** The clock of tasks, and of its own token endpoint. Default the system's. */
        public Builder clock(InstantSource source) {
            clock = source;
            own.clock(source);
            return this;
        }

        /** Tokens need more than this left. Default 30 s. */
        public Builder minimumLife(Duration least) {
            minimumLife = least;
            return this;
        }

        /** Starts it on a free port. */
        public FakeFirecrest start() {
            FakeTokenEndpoint given = tokens;
            return Optional.ofNullable(given)
                    .map(endpoint -> new FakeFirecrest(this, endpoint, false))
                    .orElseGet(() -> new FakeFirecrest(this, own.start(), true));
        }
    }
}
