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
    void openFailing(Context ctx) {
        open(ctx, 200, FirecrestTask.Script.of(script.step(), "100", "400"), "");
    }

    private void open(Context ctx, int status, FirecrestTask.Script codes, Object outcome) {
        FirecrestTask task = new FirecrestTask(FirecrestAccessCheck.client(ctx), codes, clock.instant(), outcome);
        tasks.put(task.id(), task);
        made.incrementAndGet();
        ctx.status(status).json(Map.of("success", "Task created", "task_id", task.id(), "task_url", url(ctx, task)));
    }

    private static String url(Context ctx, FirecrestTask task) {
        return "http://" + ctx.host() + "/tasks/" + task.id();
    }

    void one(Context ctx) {
        polls.add(clock.instant());
        polled.incrementAndGet();
        own(ctx, ctx.pathParam("id"))
                .ifPresentOrElse(
                        task -> ctx.json(Map.of("task", task.poll(clock.instant(), url(ctx, task)))),
                        () -> ctx.status(404).json(Map.of("error", "Task does not exist")));
    }

    private Optional<FirecrestTask> own(Context ctx, String id) {
        return tasks.get(id).filter(task -> task.belongsTo(FirecrestAccessCheck.client(ctx)));
    }

    /** Lists the tasks of the client. It does not count as a poll. */
    void all(Context ctx) {
        Map<String, Object> views = new LinkedHashMap<>();
        for (FirecrestTask task : tasks.all()) {
            if (task.belongsTo(FirecrestAccessCheck.client(ctx))) {
                views.put(task.id(), task.peek(clock.instant(), url(ctx, task)));
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
