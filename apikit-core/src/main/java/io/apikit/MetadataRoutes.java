package io.apikit;

import static io.javalin.http.HandlerType.GET;
import static io.javalin.http.HandlerType.HEAD;

import io.apikit.internal.server.ErrorShapingResponse;
import io.apikit.internal.server.JsonBytes;
import io.javalin.config.JavalinState;
import io.javalin.http.Handler;
import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The routes of the metadata below every prefix. The JSON is written once, at the first request. */
final class MetadataRoutes {
    private final Map<String, String> fields;
    private final String versioned;
    private final Handler handler;
    private final boolean hasAuth;
    private final Set<RoutePrefix> mounted = new LinkedHashSet<>();

    MetadataRoutes(ServiceMetadata metadata, AuthMode auth) {
        this.fields = fields(metadata, auth.name());
        this.hasAuth = !auth.name().equals(AuthMode.none().name());
        this.versioned = "/v" + metadata.apiVersion() + "/metadata";
        var json = new LazyJson(fields);
        this.handler = ctx -> {
            ErrorShapingResponse.of(ctx).ifPresent(ErrorShapingResponse::markShared);
            ctx.contentType(JsonBytes.TYPE).disableCompression().outputStream().write(json.bytes());
        };
    }

    /** Returns the fields by their names in JSON. */
    Map<String, String> fields() {
        return fields;
    }

    /** Returns whether the service has an auth mode, so that its responses are for one caller. */
    boolean hasAuth() {
        return hasAuth;
    }

    private static Map<String, String> fields(ServiceMetadata metadata, String auth) {
        var fields = new LinkedHashMap<String, String>();
        fields.put("name", metadata.name());
        fields.put("version", metadata.version());
        fields.put("repository", metadata.repository());
        fields.put("description", metadata.description());
        fields.put("api_version", metadata.apiVersion());
        fields.put("auth", auth);
        return Collections.unmodifiableMap(fields);
    }

    /**
     * Adds the routes of this prefix that are not there yet: all of them, or none and an exception.
     *
     * @throws IllegalStateException if another route has precedence, naming it
     */
    void mount(JavalinState state, RoutePrefix prefix) {
        var paths = paths(state, prefix);
        paths.forEach(path -> check(state, path));
        mounted.add(prefix);
        for (var path : paths) {
            for (var method : List.of(GET, HEAD)) {
                if (!isMounted(state, method, path)) {
                    state.routes.addHttpHandler(method, path, handler);
                }
            }
        }
    }

    /** Names the paths of the metadata below a prefix, for the error if the author has a route there too. */
    void nameOwnPaths(AppRouter router, RoutePrefix prefix) {
        spellings(prefix)
                .forEach(path -> router.own(
                        path, "the metadata, which is below every route prefix; give your route another path"));
    }

    /** Returns the paths of the metadata below all prefixes that are mounted. */
    Stream<String> paths() {
        return mounted.stream().flatMap(this::spellings);
    }

    private Stream<String> spellings(RoutePrefix prefix) {
        return Stream.of("/metadata", versioned)
                .flatMap(path -> Stream.of("", ".json", "/", ".json/").map(end -> prefix.path() + path + end));
    }

    private List<String> paths(JavalinState state, RoutePrefix prefix) {
        var paths = Stream.of("/metadata", versioned)
                .flatMap(path -> Stream.of(path, path + ".json"))
                .map(path -> prefix.path() + path);
        return state.router.ignoreTrailingSlashes
                ? paths.toList()
                : paths.flatMap(path -> Stream.of(path, path + "/")).toList();
    }

    private boolean isMounted(JavalinState state, HandlerType method, String path) {
        return matching(state, method, path).anyMatch(endpoint -> endpoint.handler == handler);
    }

    private void check(JavalinState state, String path) {
        for (var method : List.of(GET, HEAD)) {
            for (var variant : List.of(path, path + "/")) {
                matching(state, method, variant)
                        .findFirst()
                        .filter(first -> first.handler != handler)
                        .ifPresent(first -> refuse(path, first));
            }
        }
    }

    private static void refuse(String path, Endpoint other) {
        throw new IllegalStateException(
                "too late for " + path + ": the route " + other.method + " " + other.path + " has precedence");
    }

    /** Returns the matching routes in the order of registration: Javalin runs the first. */
    private static Stream<Endpoint> matching(JavalinState state, HandlerType method, String path) {
        return state.internalRouter.findHttpHandlerEntries(method, path).stream()
                .map(parsed -> parsed.endpoint);
    }

    /**
     * Fields in JSON, written at the first request: most often the first response of a service is not JSON, and need
     * not wait until Jackson is set up. Thread-safe.
     */
    static final class LazyJson {
        private final Map<String, String> fields;
        private volatile byte @Nullable [] bytes;

        /** @param fields that do not change any more */
        LazyJson(Map<String, String> fields) {
            this.fields = fields;
        }

        /**
         * Returns the bytes, which must not be changed. Two threads at once may write them twice, with the same result.
         */
        byte[] bytes() {
            var written = bytes;
            if (written == null) {
                written = JsonBytes.bytes(fields);
                bytes = written;
            }
            return written;
        }
    }
}
