package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RecentEvents;
import io.javalin.http.Context;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The last 10,000 tasks, and the polls of them. Thread-safe. */
final class FirecrestTasks {
    private static final int MOST = 10_000;

    private final BoundedMap<FirecrestTask> tasks = new BoundedMap<>(MOST);
    private final RecentEvents<Instant> polls = new RecentEvents<>(MOST);
    private final AtomicInteger made = new AtomicInteger();
    private final AtomicInteger polled = new AtomicInteger();
    private final InstantSource clock;
    private volatile FirecrestTask.Script script = FirecrestTask.Script.STANDARD;

    FirecrestTasks(InstantSource clock) {
        this.clock = clock;
    }

    void script(FirecrestTask.Script future) {
        script = future;
    }

    /** Makes a task with the current script, and returns its id in the response. */
    void open(Context ctx, int status, Object outcome) {
        open(ctx, status, script, outcome);
    }

    /** Does the same as {@link #open(Context, int, Object)}, for a task that fails. */
    void openFailing(Context ctx, String error) {
        open(ctx, 200, FirecrestTask.Script.of(script.step(), "100", "400"), error);
    }

    private void open(Context ctx, int status, FirecrestTask.Script codes, Object outcome) {
        FirecrestTask task = new FirecrestTask(
                FirecrestAccess.client(ctx), FirecrestV1Access.machine(ctx), codes, clock.instant(), outcome);
        tasks.put(task.id(), task);
        made.incrementAndGet();
        ctx.status(status).json(Map.of("success", "Task created", "task_id", task.id(), "task_url", task.url()));
    }

    void one(Context ctx) {
        polls.add(clock.instant());
        polled.incrementAndGet();
        String id = ctx.pathParam("id");
        Optional<FirecrestTask> task = tasks.get(id);
        if (task.isEmpty()) {
            ctx.status(404).json(Map.of("error", "Task " + id + " does not exist"));
        } else if (task.orElseThrow().belongsTo(FirecrestAccess.client(ctx))) {
            ctx.json(Map.of("task", task.orElseThrow().poll(clock.instant())));
        } else {
            ctx.status(403).json(Map.of("description", "Operation not permitted. Invalid task owner."));
        }
    }

    /** Lists the tasks of the client. It does not count as a poll. */
    void all(Context ctx) {
        Map<String, Object> views = new LinkedHashMap<>();
        for (FirecrestTask task : tasks.all()) {
            if (task.belongsTo(FirecrestAccess.client(ctx))) {
                views.put(task.id(), task.peek(clock.instant()));
            }
        }
        ctx.json(Map.of("tasks", views));
    }

    int made() {
        return made.get();
    }

    int polled() {
        return polled.get();
    }

    int polled(String id) {
        return tasks.get(id).map(FirecrestTask::polls).orElse(0);
    }

    List<Instant> polls() {
        return polls.all();
    }
}
