package io.apikit.testkit.systems;

import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** {@code GET /api/v3/jobs/{id}}: a job as a table with one row. Every number is a job; others can be added. */
final class AcceleratorJobsEndpoint {
    private final AtomicInteger reads = new AtomicInteger();
    private final Map<String, Map<String, Object>> added = new ConcurrentHashMap<>();
    private volatile String missing = "";
    private volatile boolean shortRows;

    void add(String id, Map<String, ?> fields) {
        added.put(id, new LinkedHashMap<>(fields));
    }

    void send(Context ctx) {
        String id = ctx.pathParam("id");
        reads.incrementAndGet();
        job(id).ifPresentOrElse(
                        fields -> table(ctx, fields), () -> ctx.status(404).json(Map.of("error", "No such job")));
    }

    private Optional<Map<String, Object>> job(String id) {
        boolean number = !id.isEmpty() && id.chars().allMatch(digit -> digit >= '0' && digit <= '9');
        return Optional.ofNullable(added.get(id))
                .or(() -> number ? Optional.of(standard(id)) : Optional.empty())
                .map(LinkedHashMap::new);
    }

    /** Has texts, numbers and null. */
    private static Map<String, Object> standard(String id) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", id);
        fields.put("name", "job-" + id);
        fields.put("status", "Running");
        fields.put("user", "alice");
        fields.put("host", "node001");
        fields.put("command", "sleep 60");
        fields.put("cpus", 4);
        fields.put("exitstatus", null);
        return fields;
    }

    private void table(Context ctx, Map<String, Object> fields) {
        fields.remove(missing);
        List<Map<String, String>> columns =
                fields.keySet().stream().map(name -> Map.of("field", name)).toList();
        List<Object> row = new ArrayList<>(fields.values());
        if (shortRows && !row.isEmpty()) {
            row.remove(row.size() - 1);
        }
        ctx.json(Map.of("columns", columns, "rows", List.of(row)));
    }

    void missing(String column) {
        missing = column;
    }

    void shortRows(boolean all) {
        shortRows = all;
    }

    int reads() {
        return reads.get();
    }
}
