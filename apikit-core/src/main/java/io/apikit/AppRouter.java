package io.apikit;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;
import static io.javalin.http.HandlerType.OPTIONS;

import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.JsonBytes;
import io.apikit.ops.AccessLog;
import io.javalin.config.HttpConfig;
import io.javalin.config.JavalinState;
import io.javalin.config.RouterConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import io.javalin.http.Header;
import io.javalin.http.MethodNotAllowedResponse;
import io.javalin.http.NotFoundResponse;
import io.javalin.router.Endpoint;
import io.javalin.router.EndpointNotFound;
import io.javalin.router.InternalRouter;
import io.javalin.router.ParsedEndpoint;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Javalin's router with seven differences. It searches the routes of one prefix only. Health is at the root unless the
 * author has a {@code GET /}. HEAD runs the GET route. A 405 and OPTIONS name the methods of the path. A failure
 * discards what was written of the response. A path at or below a reserved prefix is for the routes of that prefix only.
 * A route that could never run is refused.
 */
final class AppRouter extends InternalRouter {
    private final RouterConfig settings;
    private final HttpConfig http;
    private final Map<HandlerType, RouteIndex> routes = new ConcurrentHashMap<>();
    private final ParsedEndpoint health;
    private final ReservedPrefixes reserved;
    private final RegisteredRoutes registered;
    private final RouteConflicts conflicts = new RouteConflicts();
    private volatile boolean authorHasRoot;

    AppRouter(JavalinState state, ReservedPrefixes reserved, RegisteredRoutes registered) {
        super(state.wsRouter, state.eventManager, state.router, state.jetty);
        this.settings = state.router;
        this.http = state.http;
        this.reserved = reserved;
        this.registered = registered;
        this.health = new ParsedEndpoint(new Endpoint(GET, "/", AppRouter::health), state.router);
    }

    @Override
    public InternalRouter addHttpEndpoint(Endpoint endpoint) {
        conflicts.add(endpoint.method, endpoint.path, settings);
        if (endpoint.method.equals(GET) && isRoot(endpoint.path)) {
            authorHasRoot = true;
        }
        super.addHttpEndpoint(endpoint);
        registered.add(endpoint.method, endpoint.path);
        var all = findHttpHandlerEntries(endpoint.method, null);
        var added = all.get(all.size() - 1);
        routes.compute(
                endpoint.method, (method, index) -> (index == null ? RouteIndex.EMPTY : index).with(added, settings));
        return this;
    }

    /** Names a path of the app itself, for the error if the author has a route there too. */
    void own(String path, String what) {
        conflicts.own(path, what);
    }

    /** Returns whether the root is the health check, and not a route of the author. */
    boolean hasHealthAtRoot() {
        return !authorHasRoot;
    }

    @Override
    public boolean hasHttpHandlerEntry(HandlerType method, String path) {
        return findFirstHttpHandlerEntry(method, path) != null;
    }

    @Override
    public @Nullable ParsedEndpoint findFirstHttpHandlerEntry(HandlerType method, String path) {
        if (isRoot(path) && !authorHasRoot && (method.equals(GET) || method.equals(HEAD))) {
            return health;
        }
        var found = first(method, path);
        return found == null && method.equals(HEAD) ? first(GET, path) : found;
    }

    private @Nullable ParsedEndpoint first(HandlerType method, String path) {
        var index = routes.get(method);
        if (index == null) {
            return null;
        }
        var prefix = reserved.of(path);
        return prefix.isEmpty()
                ? index.firstMatch(path, route -> true)
                : index.firstMatch(path, route -> ReservedPrefixes.isRegisteredBelow(route, prefix.get()));
    }

    @Override
    public void handleHttpError(int status, Context ctx) {
        super.handleHttpError(status, ctx);
        if (ctx.statusCode() >= 400 && !JsonBytes.isJson(ctx.res().getContentType())) {
            // Before the body is written: compressed text could not be read back into the error shape.
            ctx.disableCompression();
        }
    }

    @Override
    public void handleHttpException(Context ctx, Throwable thrown) {
        var cause = unwrapped(thrown);
        discardResponse(ctx);
        if (cause instanceof EndpointNotFound) {
            noRoute(ctx);
        } else if (cause instanceof MethodNotAllowedResponse) {
            notAllowed(ctx, cause, allowed(ctx));
        } else {
            super.handleHttpException(ctx, cause);
        }
    }

    private void discardResponse(Context ctx) {
        ErrorShapingResponse.of(ctx).ifPresent(ErrorShapingResponse::discard);
        if (!ctx.res().isCommitted()) {
            ctx.res().resetBuffer();
            // The type is that of what is discarded: text that follows must not be taken for JSON.
            ctx.contentType(http.defaultContentType).result(new byte[0]);
        }
    }

    private void noRoute(Context ctx) {
        var allowed = allowed(ctx);
        if (allowed.isEmpty()) {
            super.handleHttpException(ctx, new NotFoundResponse("no route for " + ctx.method() + " " + ctx.path()));
        } else if (ctx.method().equals(OPTIONS)) {
            ctx.status(204).header(Header.ALLOW, String.join(", ", allowed));
        } else {
            notAllowed(ctx, new MethodNotAllowedResponse(), allowed);
        }
    }

    private void notAllowed(Context ctx, Throwable thrown, List<String> allowed) {
        ctx.header(Header.ALLOW, String.join(", ", allowed));
        super.handleHttpException(ctx, thrown);
    }

    /** Returns the methods of the path, with OPTIONS, whose response is this list. Empty if there is no such path. */
    private List<String> allowed(Context ctx) {
        var path = ctx.path().substring(ctx.contextPath().length());
        var methods = HandlerType.values().stream()
                .filter(method -> method.isHttpMethod() && !method.equals(OPTIONS))
                .filter(method -> hasHttpHandlerEntry(method, path))
                .map(HandlerType::name)
                .toList();
        return methods.isEmpty()
                ? methods
                : Stream.concat(methods.stream(), Stream.of("OPTIONS")).toList();
    }

    private static boolean isRoot(String path) {
        return path.equals("/") || path.isEmpty();
    }

    /** Returns the failure without the exceptions that a future wraps it in. */
    private static Throwable unwrapped(Throwable thrown) {
        var cause = thrown.getCause();
        return cause != null && (thrown instanceof CompletionException || thrown instanceof ExecutionException)
                ? unwrapped(cause)
                : thrown;
    }

    /** Responds that the service is up, whatever the state of its backend. */
    static void health(Context ctx) {
        AccessLog.quiet(ctx);
        ErrorShapingResponse.of(ctx).ifPresent(ErrorShapingResponse::markShared);
        ctx.contentType("text/plain").disableCompression().result("OK");
    }
}
