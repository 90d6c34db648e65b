package io.apikit.example;

import io.javalin.http.Context;
import java.util.Map;
import java.util.Optional;

/**
 * The demo's backend: {@code GET /api?metric=..&job=..} answers one value in plain text, another one for each user. The
 * proxy in front of it says who asks.
 */
final class DemoMetrics {
    private static final Map<String, Map<String, String>> VALUES = Map.of(
            "alice", Map.of("coverage", "93.5", "duration", "12.8"),
            "bob", Map.of("coverage", "61.2", "duration", "44.1"));

    private DemoMetrics() {}

    static void answer(Context ctx) {
        if (!ctx.path().equals("/api")) {
            ctx.status(404).result("There is only /api here.");
            return;
        }
        var user = Optional.ofNullable(ctx.header("X-Forwarded-User")).orElse("nobody");
        var metric = Optional.ofNullable(ctx.queryParam("metric")).orElse("");
        Optional.ofNullable(VALUES.getOrDefault(user, Map.of()).get(metric))
                .ifPresentOrElse(
                        value -> ctx.result(value + " (as " + user + " sees it)"),
                        () -> ctx.status(404).result("No metric of that name: try coverage or duration."));
    }
}
