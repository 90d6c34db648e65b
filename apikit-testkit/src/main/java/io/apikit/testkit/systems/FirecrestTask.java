package io.apikit.testkit.systems;

import io.apikit.testkit.internal.RandomTokens;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A task: its owner, its progress, and its outcome. Thread-safe. */
final class FirecrestTask {
    private static final Map<String, String> MEANINGS = Map.ofEntries(
            Map.entry("100", "Queued"),
            Map.entry("101", "In progress"),
            Map.entry("110", "Upload: waiting for an address"),
            Map.entry("111", "Upload: address received"),
            Map.entry("112", "Upload: file is in the object store"),
            Map.entry("113", "Upload: transfer to the system started"),
            Map.entry("114", "Upload: transfer to the system finished"),
            Map.entry("115", "Upload: error"),
            Map.entry("116", "Download: transfer to the object store started"),
            Map.entry("117", "Download: file is in the object store"),
            Map.entry("118", "Download: error"),
            Map.entry("200", "Finished successfully"),
            Map.entry("300", "Deleted"),
            Map.entry("301", "Expired"),
            Map.entry("302", "Invalid"),
            Map.entry("400", "Finished with errors"));

    private final AtomicInteger polls = new AtomicInteger();
    private final String id = RandomTokens.next();
    private final String owner;
    private final String system;
    private final Script script;
    private final Instant created;
    private final Object outcome;

    /** @param outcome the data of the task when it has succeeded, or the error if that is a text */
    FirecrestTask(String owner, String system, Script script, Instant created, Object outcome) {
        this.owner = owner;
        this.system = system;
        this.script = script;
        this.created = created;
        this.outcome = outcome;
    }

    String id() {
        return id;
    }

    /** Returns the path of the task, without the origin. */
    String url() {
        return "/tasks/" + id;
    }

    boolean belongsTo(String client) {
        return owner.equals(client);
    }

    int polls() {
        return polls.get();
    }

    /** Returns the state of the task now. The next poll can find it one code further. */
    Map<String, Object> poll(Instant now) {
        return view(polls.getAndIncrement(), now);
    }

    /** Returns the state of the task now. It does not count as a poll. */
    Map<String, Object> peek(Instant now) {
        return view(polls.get(), now);
    }

    private Map<String, Object> view(int pollsBefore, Instant now) {
        String code = script.code(pollsBefore, Duration.between(created, now));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("created_at", FirecrestV1Compute.TIME.format(created));
        view.put("data", data(code));
        view.put("description", MEANINGS.getOrDefault(code, "Unknown status"));
        view.put("hash_id", id);
        view.put("last_modify", FirecrestV1Compute.TIME.format(now));
        view.put("service", "compute");
        view.put("status", code);
        view.put("system", system);
        view.put("task_id", id);
        view.put("task_url", url());
        view.put("updated_at", FirecrestV1Compute.TIME.format(now));
        view.put("user", owner);
        return view;
    }

    private Object data(String code) {
        boolean ended = code.equals("200") || (code.equals("400") && outcome instanceof String);
        return ended ? outcome : MEANINGS.getOrDefault(code, "Unknown status");
    }

    /**
     * The status codes of a task, in their order. The task keeps the last one.
     *
     * @param step how long the task has each code; zero for until the next poll
     */
    record Script(List<String> codes, Duration step) {
        static final Script STANDARD = of(Duration.ZERO, "100", "101", "200");

        static Script of(Duration step, String... codes) {
            if (codes.length == 0) {
                throw new IllegalArgumentException("a task has at least one status code");
            }
            return new Script(List.of(codes), step);
        }

        String code(int pollsBefore, Duration age) {
            long steps = step.isZero() ? pollsBefore : age.dividedBy(step);
            return codes.get((int) Math.min(Math.max(0, steps), codes.size() - 1));
        }
    }
}
