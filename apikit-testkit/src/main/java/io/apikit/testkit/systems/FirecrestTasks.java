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

/** The tasks that were made, the last 10,000 of them, and the polls of them. */
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

    /** Makes a task by the script of now, and answers with its id. */
    void open(Context ctx, int status, Object outcome) {
        open(ctx, status, script, outcome);
    }

    /** As {@link #open(Context, int, Object)}, for a task that has to fail. */
    void openFailing(Context ctx) {
        open(ctx, 200, FirecrestTask.Script.of(script.step(), "100", "400"), "");
    }

    private void open(Context ctx, int status, FirecrestTask.Script course, Object outcome) {
        FirecrestTask task = new FirecrestTask(FirecrestAccessCheck.client(ctx), course, clock.instant(), outcome);
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
        mine(ctx, ctx.pathParam("id"))
                .ifPresentOrElse(
                        task -> ctx.json(Map.of("task", task.poll(clock.instant(), url(ctx, task)))),
                        () -> ctx.status(404).json(Map.of("error", "Task does not exist")));
    }

    private Optional<FirecrestTask> mine(Context ctx, String id) {
        return tasks.get(id).filter(task -> task.belongsTo(FirecrestAccessCheck.client(ctx)));
    }

    /** The caller's own, without a step further. */
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
