package io.apikit.testkit.systems;

import io.apikit.testkit.internal.FakeServer;
import io.apikit.testkit.token.FakeTokenEndpoint;
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
 * A fake of FirecREST, the API of a computing centre. It serves HTTP on 127.0.0.1 and a free port. Its
 * {@link FakeTokenEndpoint} has another origin.
 *
 * <p>Its endpoints need {@code Authorization: Bearer}: {@code GET /status/systems}, {@code POST /compute/jobs/upload}
 * (multipart, {@code file}), {@code GET /compute/jobs}, {@code DELETE /compute/jobs/{id}}, {@code GET /tasks} and
 * {@code GET /tasks/{id}}. Those below {@code /compute} return 400 without the {@code X-Machine-Name} of a known
 * machine. Submitting, listing and cancelling return a task, whose data is the outcome. A client sees its own tasks and
 * jobs only.
 *
 * <p>It has the faults of the real system. It refuses tokens that expire within {@link #minimumLife}. Its 401 returns
 * the token in a header {@code auth-token}. A request that is forbidden for good gets a 401 too.
 *
 * <p>Thread-safe. What the builder alone sets is fixed; everything else can be changed while the server runs. Its
 * threads are daemon threads. It keeps the last 10,000 tasks, 1,000 jobs and 100 uploads.
 */
public final class FakeFirecrest extends FakeServer {
    private final FakeTokenEndpoint tokens;
    private final boolean ownsTokens;
    private final Set<String> machines;
    private final FirecrestAccessCheck access;
    private final FirecrestTasks tasks;
    private final FirecrestScheduler jobs;

    private FakeFirecrest(Builder builder, FakeTokenEndpoint tokens, boolean ownsTokens) {
        super("fake-firecrest", builder);
        this.tokens = tokens;
        this.ownsTokens = ownsTokens;
        machines = Set.copyOf(builder.machines);
        access = new FirecrestAccessCheck(tokens, machines, builder.minimumLife);
        tasks = new FirecrestTasks(clock());
        jobs = new FirecrestScheduler(access, tasks, clock());
        start(this::configure);
    }

    private void configure(JavalinConfig config) {
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

    /** Returns a builder of an API with one machine, {@code daint}. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns the endpoint that issues the tokens: the one given to the builder, or its own. */
    public FakeTokenEndpoint tokenEndpoint() {
        return tokens;
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

    /** Refuses tokens that expire within this time from now on. Default: 30 s. */
    public void minimumLife(Duration least) {
        access.minimumLife(least);
    }

    /** Sets whether every request is forbidden, with status 401. Default: false. */
    public void deny(boolean all) {
        access.deny(all);
    }

    /** Makes every response a 429 with this {@code Retry-After} from now on; without one if the text is empty. */
    public void rateLimited(String retryAfter) {
        rateLimited(ForcedRateLimit.UNTIL_CHANGED, "Retry-After", retryAfter);
    }

    /** Makes this number of responses a 429 with such a header, for example {@code RateLimit-Reset}. */
    public void rateLimited(int requests, String header, String value) {
        access.rateLimit().refuse(requests, header, value);
    }

    /** Ends the effect of {@link #rateLimited}. */
    public void notRateLimited() {
        rateLimited(0, "", "");
    }

    /**
     * Returns the uploads in their order, including refused ones. The last 100 are kept, or fewer if they are large.
     */
    public List<Upload> uploads() {
        return jobs.uploads();
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

    /** Returns the number of responses with status 401. */
    public int unauthorized() {
        return access.unauthorized();
    }

    /** Returns the number of requests, whatever their responses were. */
    public int requests() {
        return countAll();
    }

    /** Stops the API, and its token endpoint if the API made it. */
    @Override
    public void close() {
        super.close();
        if (ownsTokens) {
            tokens.close();
        }
    }

    /** Collects the settings of a {@link FakeFirecrest}. Not thread-safe; it starts one server. */
    public static final class Builder extends FakeServer.Builder<Builder> {
        private final FakeTokenEndpoint.Builder own = FakeTokenEndpoint.builder();
        private final Set<String> machines = new LinkedHashSet<>(Set.of("daint"));
        private @Nullable FakeTokenEndpoint tokens;
        private Duration minimumLife = Duration.ofSeconds(30);

        private Builder() {}

        /** Sets the endpoint that issues the tokens. Default: one that the API makes and closes itself. */
        public Builder tokenEndpoint(FakeTokenEndpoint existing) {
            tokens = existing;
            return this;
        }

        /** Adds a client to the API's own token endpoint. Repeatable. */
        public Builder client(String id, String secret) {
            own.client(id, secret);
            return this;
        }

        /** Sets how long a token of the API's own token endpoint is valid. Default: 300 s. */
        public Builder tokenLife(Duration life) {
            own.tokenLife(life);
            return this;
        }

        /** Adds a machine. Repeatable; {@code daint} is always there. */
        public Builder machine(String name) {
            machines.add(name);
            return this;
        }

        /** Sets the clock of tasks, and of the API's own token endpoint. Default: the system's clock. */
        @Override
        public Builder clock(InstantSource source) {
            own.clock(source);
            return super.clock(source);
        }

        /** Refuses tokens that expire within this time. Default: 30 s. */
        public Builder minimumLife(Duration least) {
            minimumLife = least;
            return this;
        }

        /** Starts the server on a free port. */
        public FakeFirecrest start() {
            FakeTokenEndpoint given = tokens;
            return Optional.ofNullable(given)
                    .map(endpoint -> new FakeFirecrest(this, endpoint, false))
                    .orElseGet(() -> new FakeFirecrest(this, own.start(), true));
        }
    }
}
