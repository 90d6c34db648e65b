package io.apikit.testkit.systems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The scheduler of version 2: JSON in and out, and no tasks. A job that was cancelled is still listed. */
final class FirecrestV2Compute {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final FirecrestJobs jobs;

    FirecrestV2Compute(FirecrestJobs jobs) {
        this.jobs = jobs;
    }

    void submit(Context ctx) {
        JsonNode job = job(ctx);
        String directory = job.path("workingDirectory")
                .asText(job.path("working_directory").asText());
        boolean script =
                job.path("script").isTextual() || job.path("scriptPath").isTextual();
        if (directory.isEmpty() || !script) {
            String missing = directory.isEmpty() ? "workingDirectory" : "script";
            FirecrestV2Access.error(ctx, 400, "validation", "1 validation error: job, " + missing + ": field required");
        } else {
            FirecrestJobs.Job submitted = jobs.submit(
                    FirecrestAccess.client(ctx),
                    FirecrestV2Access.system(ctx),
                    job.path("name").asText("job"),
                    directory);
            ctx.status(201).json(Map.of("jobId", Integer.valueOf(submitted.id())));
        }
    }

    private static JsonNode job(Context ctx) {
        try {
            return JSON.readTree(ctx.body()).path("job");
        } catch (JsonProcessingException ignored) {
            return JSON.createObjectNode();
        }
    }

    void list(Context ctx) {
        send(ctx, jobs.of(FirecrestAccess.client(ctx), FirecrestV2Access.system(ctx)));
    }

    void one(Context ctx) {
        jobs.one(FirecrestAccess.client(ctx), FirecrestV2Access.system(ctx), ctx.pathParam("id"))
                .ifPresentOrElse(
                        job -> send(ctx, List.of(job)), () -> FirecrestV2Access.error(ctx, 404, "Job not found."));
    }

    void cancel(Context ctx) {
        if (jobs.cancel(FirecrestAccess.client(ctx), FirecrestV2Access.system(ctx), ctx.pathParam("id"))) {
            ctx.status(204);
        } else {
            FirecrestV2Access.error(ctx, 404, "Job not found");
        }
    }

    /** No jobs are null, and not an empty list. */
    private static void send(Context ctx, List<FirecrestJobs.Job> found) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put(
                "jobs",
                found.isEmpty()
                        ? null
                        : found.stream().map(FirecrestV2Compute::view).toList());
        ctx.json(body);
    }

    private static Map<String, Object> view(FirecrestJobs.Job job) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("jobId", job.id());
        view.put("name", job.name());
        view.put("status", status(job.state()));
        view.put("tasks", null);
        view.put("time", time(job.start().getEpochSecond()));
        view.put("account", "project");
        view.put("allocationNodes", 1);
        view.put("cluster", job.system());
        view.put("group", "users");
        view.put("nodes", "nid00001");
        view.put("partition", "normal");
        view.put("killRequestUser", "");
        view.put("user", job.owner());
        view.put("workingDirectory", job.directory());
        view.put("priority", 1);
        return view;
    }

    private static Map<String, Object> status(String state) {
        Map<String, Object> status = new LinkedHashMap<>();
        status.put("state", state);
        status.put("stateReason", "None");
        status.put("exitCode", 0);
        status.put("interruptSignal", 0);
        return status;
    }

    private static Map<String, Object> time(long start) {
        Map<String, Object> time = new LinkedHashMap<>();
        time.put("elapsed", 0);
        time.put("start", start);
        time.put("end", null);
        time.put("suspended", 0);
        time.put("limit", 1800);
        return time;
    }
}
