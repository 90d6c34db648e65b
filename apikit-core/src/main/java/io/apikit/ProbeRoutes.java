package io.apikit;

import io.apikit.ops.Probes;
import io.apikit.ops.Readiness;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where probes find liveness and readiness, and the JSON they are answered with. */
record ProbeRoutes(Probes probes) {
    private static final byte[] ALIVE = Json.bytes(Map.of("status", Readiness.Status.UP.text()));

    void mount(JavalinState state) {
        probes.livePath().ifPresent(path -> new OwnRoute(path, ctx -> answer(ctx, ALIVE)).mount(state));
        probes.readyPath().ifPresent(path -> new OwnRoute(path, this::ready).mount(state));
    }

    private void ready(Context ctx) {
        var told = probes.ready();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("status", told.status().text());
        fields.put("checks", told.checks());
        if (told.isReady()) {
            answer(ctx, Json.bytes(fields));
        } else {
            refuse(ctx, fields, ErrorShape.of(503, told.why()));
        }
    }

    /** An error as every other, with more to it. In problem details {@code status} is a number (RFC 9457, section 3.1.4). */
    private static void refuse(Context ctx, Map<String, @Nullable Object> fields, ErrorShape shape) {
        ctx.status(shape.status()).skipRemainingHandlers();
        if (ErrorShape.type(Collections.list(ctx.req().getHeaders(Header.ACCEPT)))
                .equals(ErrorShape.PROBLEM)) {
            ErrorAnswer.give(ctx, shape);
            return;
        }
        fields.putAll(shape.fields());
        Exchange.of(ctx).ifPresent(Exchange::answered);
        answer(ctx, Json.bytes(fields));
    }

    private static void answer(Context ctx, byte[] json) {
        ctx.contentType(Json.TYPE).result(json);
    }
}
