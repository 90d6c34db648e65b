package io.apikit.testkit.systems;

import io.javalin.http.Context;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scheduler of version 1. Submitting, listing, reading and cancelling each return a task. */
final class FirecrestV1Compute {
    /** Has no zone, as everywhere in version 1. */
    static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    static final String SUBMITTING = "Failed to submit job";
    static final String LISTING = "Failed to retrieve jobs information";
    static final String READING = "Failed to retrieve job information";
    static final String CANCELLING = "Failed to delete job";

    private final FirecrestUploads uploads;
    private final FirecrestV1Access access;
    private final FirecrestTasks tasks;
    private final FirecrestJobs jobs;

    FirecrestV1Compute(FirecrestV1Access access, FirecrestTasks tasks, FirecrestJobs jobs, FirecrestUploads uploads) {
        this.access = access;
        this.tasks = tasks;
        this.jobs = jobs;
        this.uploads = uploads;
    }

    void submit(Context ctx) {
        uploads.receive(ctx, () -> access.admitsOnMachine(ctx, SUBMITTING), () -> missing(ctx))
                .ifPresent(form -> submit(ctx, form.filename("file")));
    }

    private static void missing(Context ctx) {
        ctx.status(400).json(Map.of("description", "Failed to submit job file", "error", "No batch file part"));
    }

    private void submit(Context ctx, String filename) {
        String machine = FirecrestV1Access.machine(ctx);
        FirecrestJobs.Job job = jobs.submit(FirecrestAccess.client(ctx), machine, filename, "/scratch/" + machine);
        Map<String, Object> data = files(job);
        data.put("jobid", job.id());
        data.put("result", "Job submitted");
        tasks.open(ctx, 201, data);
    }

    private static Map<String, Object> files(FirecrestJobs.Job job) {
        String output = job.directory() + "/slurm-" + job.id() + ".out";
        Map<String, Object> files = new LinkedHashMap<>();
        files.put("job_data_err", "");
        files.put("job_data_out", "");
        files.put("job_file", job.directory() + "/" + job.name());
        files.put("job_file_err", output);
        files.put("job_file_out", output);
        files.put("job_info_extra", "Job info returned successfully");
        return files;
    }

    void list(Context ctx) {
        tasks.open(
                ctx,
                200,
                views(jobs.of(FirecrestAccess.client(ctx), FirecrestV1Access.machine(ctx)).stream()
                        .filter(FirecrestJobs.Job::isRunning)
                        .toList()));
    }

    void one(Context ctx) {
        jobs.one(FirecrestAccess.client(ctx), FirecrestV1Access.machine(ctx), ctx.pathParam("id"))
                .filter(FirecrestJobs.Job::isRunning)
                .ifPresentOrElse(
                        job -> tasks.open(ctx, 200, views(List.of(job))),
                        () -> tasks.openFailing(ctx, "slurm_load_jobs error: Invalid job id specified"));
    }

    private static Map<String, Object> views(List<FirecrestJobs.Job> listed) {
        Map<String, Object> views = new LinkedHashMap<>();
        for (FirecrestJobs.Job job : listed) {
            views.put(String.valueOf(views.size()), view(job));
        }
        return views;
    }

    private static Map<String, Object> view(FirecrestJobs.Job job) {
        Map<String, Object> view = files(job);
        view.put("jobid", job.id());
        view.put("name", job.name());
        view.put("nodelist", "nid00001");
        view.put("nodes", "1");
        view.put("partition", "normal");
        view.put("start_time", TIME.format(job.start()));
        view.put("state", job.state());
        view.put("time", "0:00");
        view.put("time_left", "30:00");
        view.put("user", job.owner());
        return view;
    }

    void cancel(Context ctx) {
        String id = ctx.pathParam("id");
        if (jobs.cancel(FirecrestAccess.client(ctx), FirecrestV1Access.machine(ctx), id)) {
            tasks.open(ctx, 200, "");
        } else {
            tasks.openFailing(ctx, "scancel: error: Kill job error on job id " + id + ": Invalid job id specified");
        }
    }
}
