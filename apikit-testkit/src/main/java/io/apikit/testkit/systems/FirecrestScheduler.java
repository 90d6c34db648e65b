package io.apikit.testkit.systems;

import io.apikit.testkit.internal.BoundedMap;
import io.apikit.testkit.internal.RecentEvents;
import io.javalin.http.Context;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** The scheduler. Submitting, listing and cancelling each return a task. A job runs until it is cancelled. */
final class FirecrestScheduler {
    private record Job(String id, String owner, String machine, String name, String start) {
        Map<String, String> view() {
            Map<String, String> view = new LinkedHashMap<>();
            view.put("jobid", id);
            view.put("name", name);
            view.put("nodelist", "nid00001");
            view.put("nodes", "1");
            view.put("partition", machine);
            view.put("start_time", start);
            view.put("state", "RUNNING");
            view.put("time", "0:00");
            view.put("time_left", "30:00");
            view.put("user", owner);
            return view;
        }
    }

    private static final int MOST_JOBS = 1_000;
    private static final int MOST_UPLOADS = 100;
    private static final long MOST_UPLOAD_BYTES = 64L * 1024 * 1024;

    private final BoundedMap<Job> jobs = new BoundedMap<>(MOST_JOBS);
    private final AtomicInteger last = new AtomicInteger();
    private final RecentEvents<Upload> uploads = new RecentEvents<>(MOST_UPLOADS, MOST_UPLOAD_BYTES, Upload::size);
    private final FirecrestAccessCheck access;
    private final FirecrestTasks tasks;
    private final InstantSource clock;

    FirecrestScheduler(FirecrestAccessCheck access, FirecrestTasks tasks, InstantSource clock) {
        this.access = access;
        this.tasks = tasks;
        this.clock = clock;
    }

    /** Reads the body before it checks anything, so that a refused upload is recorded too. */
    void upload(Context ctx) {
        byte[] body = ctx.bodyAsBytes();
        String type = Optional.ofNullable(ctx.header("Content-Type")).orElse("");
        Optional<MultipartFile> file = MultipartFile.named("file", type, body);
        boolean admitted = access.admitsOnMachine(ctx);
        uploads.add(new Upload(
                file.map(MultipartFile::filename).orElse(""),
                file.map(MultipartFile::bytes).orElse(new byte[0]),
                body,
                admitted && file.isPresent()));
        if (admitted) {
            file.ifPresentOrElse(script -> submit(ctx, script.filename()), () -> FirecrestScheduler.missing(ctx));
        }
    }

    private static void missing(Context ctx) {
        ctx.status(400).json(Map.of("description", "Failed to submit job", "error", "No file in the form"));
    }

    private void submit(Context ctx, String filename) {
        String id = String.valueOf(last.incrementAndGet());
        String machine = Optional.ofNullable(ctx.header("X-Machine-Name")).orElse("");
        jobs.put(
                id,
                new Job(
                        id,
                        FirecrestAccessCheck.client(ctx),
                        machine,
                        filename,
                        clock.instant().toString()));
        Map<String, Object> data = new LinkedHashMap<>();
        data.put("job_file", "/scratch/" + machine + "/" + filename);
        data.put("jobid", Integer.valueOf(id));
        data.put("result", "Job submitted");
        tasks.open(ctx, 201, data);
    }

    void list(Context ctx) {
        Map<String, Object> views = new LinkedHashMap<>();
        List<Job> owned = jobs.all().stream().filter(job -> isOwn(ctx, job)).toList();
        for (Job job : owned) {
            views.put(String.valueOf(views.size()), job.view());
        }
        tasks.open(ctx, 200, views);
    }

    void cancel(Context ctx) {
        String id = ctx.pathParam("id");
        if (jobs.get(id).filter(job -> isOwn(ctx, job)).isPresent()) {
            jobs.take(id);
            tasks.open(ctx, 200, Map.of("jobid", id, "result", "Job cancelled"));
        } else {
            tasks.openFailing(ctx);
        }
    }

    private static boolean isOwn(Context ctx, Job job) {
        return job.owner().equals(FirecrestAccessCheck.client(ctx));
    }

    List<Upload> uploads() {
        return uploads.all();
    }
}
