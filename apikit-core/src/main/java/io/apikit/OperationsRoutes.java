package io.apikit;

import io.apikit.internal.health.Probes;
import io.apikit.internal.health.Readiness;
import io.apikit.internal.server.ErrorBody;
import io.apikit.internal.server.ErrorResponses;
import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.JsonBytes;
import io.apikit.ops.AccessLog;
import io.javalin.config.JavalinState;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where probes find liveness and readiness, and the JSON they are answered with. */
record OperationsRoutes(Probes probes) {
    private static final byte[] ALIVE = JsonBytes.bytes(Map.of("status", Readiness.Status.UP.text()));

    void mount(JavalinState state) {
        probes.livePath().ifPresent(path -> new OperationsRoute(path, ctx -> answer(ctx, ALIVE)).mount(state));
        probes.readyPath().ifPresent(path -> new OperationsRoute(path, this::ready).mount(state));
    }

    private void ready(Context ctx) {
        var told = probes.ready();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("status", told.status().text());
        fields.put("checks", told.checks());
        if (told.isReady()) {
            answer(ctx, JsonBytes.bytes(fields));
        } else {
            refuse(ctx, fields, ErrorBody.of(503, told.reason()));
        }
    }

    /** An error as every other, with more to it. In problem details {@code status} is a number (RFC 9457, section 3.1.4). */
    private static void refuse(Context ctx, Map<String, @Nullable Object> fields, ErrorBody shape) {
        ctx.status(shape.status()).skipRemainingHandlers();
        if (ErrorBody.type(Collections.list(ctx.req().getHeaders(Header.ACCEPT)))
                .equals(ErrorBody.PROBLEM)) {
            ErrorResponses.give(ctx, shape);
            return;
        }
        fields.putAll(shape.fields());
        ErrorShapingResponse.of(ctx).ifPresent(ErrorShapingResponse::answered);
        answer(ctx, JsonBytes.bytes(fields));
    }

    private static void answer(Context ctx, byte[] json) {
        ctx.contentType(JsonBytes.TYPE).result(json);
    }

    /** A route of the library's own, at one literal path: asked by machines, again and again. */
    record OperationsRoute(String path, Handler handler) {
        void mount(JavalinState state) {
            for (var method : List.of(HandlerType.GET, HandlerType.HEAD)) {
                state.routes.addHttpHandler(method, path, AccessLog.quiet(this::answer));
            }
        }

        /** It is true at this moment alone: no cache keeps it, and so it has no variants. */
        private void answer(Context ctx) throws Exception {
            handler.handle(ctx.disableCompression().header(Header.CACHE_CONTROL, "no-store"));
        }
    }
}
