package io.apikit.testkit.systems;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.javalin.http.Context;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The small files of version 1: {@code ls}, {@code view}, {@code download} and {@code upload}. */
final class FirecrestV1Utilities {
    private final FirecrestV1Access access;
    private final FirecrestFiles files;
    private final FirecrestUploads uploads;

    FirecrestV1Utilities(FirecrestV1Access access, FirecrestFiles files, FirecrestUploads uploads) {
        this.access = access;
        this.files = files;
        this.uploads = uploads;
    }

    void list(Context ctx) {
        String path = query(ctx, "targetPath");
        files.list(FirecrestV1Access.machine(ctx), path)
                .ifPresentOrElse(
                        found -> ok(ctx, 200, "List of contents", views(found)),
                        () -> failed(
                                ctx,
                                "ls",
                                "ls: cannot access '" + path + "'",
                                "X-Invalid-Path",
                                "path is an invalid path"));
    }

    private static List<Map<String, String>> views(List<FirecrestFiles.Entry> found) {
        return found.stream().map(FirecrestV1Utilities::view).toList();
    }

    private static Map<String, String> view(FirecrestFiles.Entry file) {
        Map<String, String> view = new LinkedHashMap<>();
        view.put("group", "users");
        view.put("last_modified", FirecrestV1Compute.TIME.format(file.modified()));
        view.put("link_target", "");
        view.put("name", file.name());
        view.put("permissions", "rw-r--r--");
        view.put("size", String.valueOf(file.bytes().length));
        view.put("type", "-");
        view.put("user", "alice");
        return view;
    }

    void view(Context ctx) {
        small(ctx, query(ctx, "targetPath"), "Failed to view file content")
                .ifPresent(bytes -> ok(ctx, 200, "Success to head file.", new String(bytes, UTF_8)));
    }

    void download(Context ctx) {
        String path = query(ctx, "sourcePath");
        small(ctx, path, "Failed to download file")
                .ifPresent(bytes -> ctx.contentType("application/octet-stream")
                        .header(
                                "Content-Disposition",
                                "attachment; filename=" + path.substring(path.lastIndexOf('/') + 1))
                        .result(bytes));
    }

    /** Returns the file; empty after it has written the response. The reason for a large file is in a header alone. */
    private Optional<byte[]> small(Context ctx, String path, String tooLarge) {
        Optional<byte[]> bytes = files.read(FirecrestV1Access.machine(ctx), path);
        if (bytes.isEmpty()) {
            failed(ctx, "fsize", "stat: cannot stat '" + path + "'", "X-Not-Found", "sourcePath not found");
        } else if (bytes.orElseThrow().length > FirecrestFiles.LIMIT_BYTES) {
            ctx.header("X-Size-Limit", "File exceeds size limit");
            ctx.status(400).json(Map.of("description", tooLarge));
            return Optional.empty();
        }
        return bytes;
    }

    void upload(Context ctx) {
        uploads.receive(
                        ctx,
                        () -> access.admitsOnMachine(ctx, "Error on upload operation"),
                        () -> FirecrestV1Utilities.missing(ctx))
                .ifPresent(form -> save(ctx, form));
    }

    private static void missing(Context ctx) {
        ctx.status(400).json(Map.of("description", "Failed to upload file", "error", "No file in query"));
    }

    private void save(Context ctx, MultipartForm form) {
        String machine = FirecrestV1Access.machine(ctx);
        String directory = form.text("targetPath");
        String path = directory + "/" + form.filename("file");
        if (files.list(machine, directory).isEmpty()) {
            failed(ctx, "upload", "bash: " + path, "X-Invalid-Path", "path is an invalid path");
        } else {
            files.write(machine, path, form.bytes("file"));
            ok(ctx, 201, "File upload successful", "");
        }
    }

    private static void ok(Context ctx, int status, String description, Object output) {
        ctx.status(status).json(Map.of("description", description, "output", output));
    }

    private static void failed(Context ctx, String command, String error, String header, String reason) {
        ctx.header(header, reason);
        ctx.status(400)
                .json(Map.of(
                        "description",
                        "Error on " + command + " operation",
                        "error",
                        error + ": No such file or directory"));
    }

    private static String query(Context ctx, String name) {
        return Optional.ofNullable(ctx.queryParam(name)).orElse("");
    }
}
