package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** The files of version 2: {@code ops} for small ones at once, {@code transfer/cp} by a job. */
final class FirecrestV2Filesystem {
    private static final String NO_SUCH = ": No such file or directory";

    private final FirecrestV2Access access;
    private final FirecrestFiles files;
    private final FirecrestJobs jobs;
    private final FirecrestUploads uploads;

    FirecrestV2Filesystem(
            FirecrestV2Access access, FirecrestFiles files, FirecrestJobs jobs, FirecrestUploads uploads) {
        this.access = access;
        this.files = files;
        this.jobs = jobs;
        this.uploads = uploads;
    }

    void list(Context ctx) {
        String path = path(ctx);
        files.list(FirecrestV2Access.system(ctx), path)
                .ifPresentOrElse(
                        found -> ctx.json(Map.of(
                                "output",
                                found.stream().map(FirecrestV2Filesystem::view).toList())),
                        () -> missing(ctx, "ls: cannot access '" + path + "'"));
    }

    private static Map<String, Object> view(FirecrestFiles.Entry file) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("name", file.name());
        view.put("type", "-");
        view.put("linkTarget", null);
        view.put("user", "alice");
        view.put("group", "users");
        view.put("permissions", "rw-r--r--");
        view.put("lastModified", FirecrestV1Compute.TIME.format(file.modified()));
        view.put("size", String.valueOf(file.bytes().length));
        return view;
    }

    void view(Context ctx) {
        String path = path(ctx);
        files.read(FirecrestV2Access.system(ctx), path)
                .ifPresentOrElse(
                        bytes -> ctx.json(Map.of("output", part(bytes))),
                        () -> missing(ctx, "dd: failed to open '" + path + "'"));
    }

    private static Map<String, Object> part(byte[] bytes) {
        int end = Math.min(bytes.length, FirecrestFiles.LIMIT_BYTES);
        Map<String, Object> part = new LinkedHashMap<>();
        part.put("content", new String(Arrays.copyOf(bytes, end), UTF_8));
        part.put("fileSize", bytes.length);
        part.put("startOffset", 0);
        part.put("endOffset", end);
        return part;
    }

    void download(Context ctx) {
        String path = path(ctx);
        files.read(FirecrestV2Access.system(ctx), path)
                .ifPresentOrElse(
                        bytes -> ctx.contentType("application/octet-stream").result(bytes),
                        () -> missing(ctx, "base64: " + path));
    }

    void upload(Context ctx) {
        uploads.receive(
                        ctx,
                        () -> access.admitsOnSystem(ctx),
                        () -> FirecrestV2Access.error(
                                ctx, 400, "validation", "1 validation error: file: field required"))
                .ifPresent(form -> save(ctx, form));
    }

    private void save(Context ctx, MultipartForm form) {
        String system = FirecrestV2Access.system(ctx);
        String path = path(ctx) + "/" + form.filename("file");
        if (files.list(system, path(ctx)).isEmpty()) {
            missing(ctx, "bash: " + path);
        } else if (form.bytes("file").length > FirecrestFiles.LIMIT_BYTES) {
            FirecrestV2Access.error(ctx, 413, "Uploaded file is too large.");
        } else {
            files.write(system, path, form.bytes("file"));
            ctx.status(204);
        }
    }

    /** The copy is there at once; the job stays in the list. */
    void copy(Context ctx) {
        String system = FirecrestV2Access.system(ctx);
        CopyRequest request = ctx.bodyAsClass(CopyRequest.class);
        files.read(system, request.sourcePath()).ifPresent(bytes -> files.write(system, request.targetPath(), bytes));
        FirecrestJobs.Job job = jobs.submit(FirecrestAccess.client(ctx), system, "CopyFiles", "/scratch");
        Map<String, Object> transfer = new LinkedHashMap<>();
        transfer.put("jobId", Integer.valueOf(job.id()));
        transfer.put("system", system);
        transfer.put("workingDirectory", "/scratch");
        transfer.put("logs", Map.of("outputLog", "/scratch/.f7t_job.log", "errorLog", "/scratch/.f7t_job_error.log"));
        ctx.status(201).json(Map.of("transferJob", transfer));
    }

    /** The body of a copy, in JSON. */
    record CopyRequest(String sourcePath, String targetPath) {}

    private static String path(Context ctx) {
        return Optional.ofNullable(ctx.queryParam("path")).orElse("");
    }

    private static void missing(Context ctx, String what) {
        FirecrestV2Access.error(ctx, 404, what + NO_SUCH);
    }
}
