package io.apikit.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** One task: whose it is, how far it is, and what it brings in the end. */
final class FirecrestTask {
    private final AtomicInteger polls = new AtomicInteger();
    private final String id = Tokens.next();
    private final String owner;
    private final TaskScript script;
    private final Instant created;
    private final Object outcome;

    /** @param outcome the data of a success */
    FirecrestTask(String owner, TaskScript script, Instant created, Object outcome) {
        this.owner = owner;
        this.script = script;
        this.created = created;
        this.outcome = outcome;
    }

    String id() {
        return id;
    }

    boolean belongsTo(String client) {
        return owner.equals(client);
    }

    int polls() {
        return polls.get();
    }

    /** As it is now; the next poll may find it one step further. */
    Map<String, Object> poll(Instant now, String url) {
        return view(polls.getAndIncrement(), now, url);
    }

    Map<String, Object> peek(Instant now, String url) {
        return view(polls.get(), now, url);
    }

    private Map<String, Object> view(int pollsBefore, Instant now, String url) {
        String code = script.code(pollsBefore, Duration.between(created, now));
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("created_at", created.toString());
        view.put("data", code.equals("200") ? outcome : TaskStatus.of(code));
        view.put("description", TaskStatus.of(code));
        view.put("hash_id", id);
        view.put("last_modify", now.toString());
        view.put("service", "compute");
        view.put("status", code);
        view.put("task_id", id);
        view.put("task_url", url);
        view.put("updated_at", now.toString());
        view.put("user", owner);
        return view;
    }
}
