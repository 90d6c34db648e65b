package io.apikit;

import io.apikit.internal.health.Probes;
import io.apikit.internal.health.Readiness;
import io.apikit.internal.metrics.AppMetrics;
import io.apikit.internal.server.ErrorBody;
import io.apikit.internal.server.ErrorResponses;
import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.JsonBytes;
import io.apikit.internal.server.OperationsConnector;
import io.apikit.ops.AccessLog;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import io.javalin.http.NotFoundResponse;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The routes of the probes and of the metrics. Platforms request them even if the service is busy. */
record OperationsRoutes(
        Optional<String> livePath,
        Optional<String> readyPath,
        Probes probes,
        Optional<AppMetrics> metrics,
        boolean haveOwnPort) {
    private static final byte[] ALIVE = JsonBytes.bytes(Map.of("status", Readiness.Status.UP.text()));

    /** Returns the paths of all of them. */
    Stream<String> paths() {
        return Stream.of(livePath, readyPath, metrics.map(AppMetrics::path)).flatMap(Optional::stream);
    }

    /** Returns the paths of the probes. */
    Stream<String> probePaths() {
        return Stream.of(livePath, readyPath).flatMap(Optional::stream);
    }

    /** Names the paths, for the error if the author has a route there too. */
    void nameOwnPaths(AppRouter router) {
        livePath.ifPresent(path -> router.own(path, moved("the liveness probe", "live")));
        readyPath.ifPresent(path -> router.own(path, moved("the readiness probe", "ready")));
        metrics.ifPresent(measured -> router.own(measured.path(), moved("the metrics", "metrics")));
    }

    /** Returns the same without a port of their own: what it mounts is on the service's port, for callers. */
    OperationsRoutes onEveryPort() {
        return new OperationsRoutes(livePath, readyPath, probes, metrics, false);
    }

    private static String moved(String what, String setter) {
        return what + ", which operations(ops -> ops." + setter + "(\"/another/path\")) moves and " + setter
                + "(null) switches off";
    }

    void mountProbes(RoutesConfig routes) {
        livePath.ifPresent(path -> mount(routes, path, ctx -> respond(ctx, ALIVE)));
        readyPath.ifPresent(path -> mount(routes, path, this::ready));
    }

    void mountMetrics(RoutesConfig routes) {
        metrics.ifPresent(measured -> mount(routes, measured.path(), measured::write));
    }

    /**
     * Adds a route of the library at one literal path, which machines request again and again. If these routes have a
     * port of their own, there is none on the service's port, in any spelling of the path that Javalin knows.
     */
    void mount(RoutesConfig routes, String path, Handler handler) {
        // The response is valid at this moment only: no cache keeps it, and so it has no variants.
        var uncached = AccessLog.quiet(ctx -> {
            if (haveOwnPort && !OperationsConnector.serves(ctx)) {
                throw new NotFoundResponse();
            }
            handler.handle(ctx.disableCompression().header(Header.CACHE_CONTROL, "no-store"));
        });
        for (var method : List.of(HandlerType.GET, HandlerType.HEAD)) {
            routes.addHttpHandler(method, path, uncached);
        }
    }

    private void ready(Context ctx) {
        var readiness = probes.ready();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("status", readiness.status().text());
        fields.put("checks", readiness.checks());
        if (readiness.isReady()) {
            respond(ctx, JsonBytes.bytes(fields));
        } else {
            refuse(ctx, fields, ErrorBody.of(503, readiness.reason()));
        }
    }

    /** Adds the fields of an error. In problem details {@code status} is a number (RFC 9457, section 3.1.4). */
    private static void refuse(Context ctx, Map<String, @Nullable Object> fields, ErrorBody error) {
        ctx.status(error.status()).skipRemainingHandlers();
        if (ErrorBody.type(Collections.list(ctx.req().getHeaders(Header.ACCEPT)))
                .equals(ErrorBody.PROBLEM)) {
            ErrorResponses.respond(ctx, error);
            return;
        }
        fields.putAll(error.fields());
        ErrorShapingResponse.of(ctx).ifPresent(ErrorShapingResponse::markFinal);
        respond(ctx, JsonBytes.bytes(fields));
    }

    private static void respond(Context ctx, byte[] json) {
        ctx.contentType(JsonBytes.TYPE).result(json);
    }
}
