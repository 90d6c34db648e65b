package io.apikit;

import static io.apikit.ops.AppView.RouteKind.HEALTH;
import static io.apikit.ops.AppView.RouteKind.METRICS;
import static io.apikit.ops.AppView.RouteKind.PROBE;
import static io.apikit.ops.AppView.RouteKind.SERVICE;

import io.apikit.ops.AppView.Route;
import io.apikit.ops.AppView.RouteKind;
import io.javalin.http.HandlerType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The routes of an app, with who has added each of them. Not thread-safe: routes are added before the app starts. */
final class RegisteredRoutes {
    private final AuthMode auth;
    private final ReservedPrefixes reserved;
    private final boolean haveOperationsOwnPort;
    private final List<Registered> all = new ArrayList<>();
    private RouteKind kind = SERVICE;
    private RoutePrefix prefix = RoutePrefix.ROOT;

    /**
     * @param auth the mode of the routes that belong to no other backend
     * @param reserved the prefixes that belong to one backend
     */
    RegisteredRoutes(AuthMode auth, ReservedPrefixes reserved, boolean haveOperationsOwnPort) {
        this.auth = auth;
        this.reserved = reserved;
        this.haveOperationsOwnPort = haveOperationsOwnPort;
    }

    /** Adds routes: what is registered by this action is of this kind and below this prefix. */
    void during(RouteKind kind, RoutePrefix prefix, Runnable mounting) {
        this.kind = kind;
        this.prefix = prefix;
        try {
            mounting.run();
        } finally {
            this.kind = SERVICE;
            this.prefix = RoutePrefix.ROOT;
        }
    }

    void add(HandlerType method, String path) {
        if (method.isHttpMethod()) {
            all.add(new Registered(method.name(), path, prefix.path(), kind));
        }
    }

    /** Returns the routes on the service's port, and the health at the root unless the author has a route there. */
    List<Route> forCallers() {
        var routes = new ArrayList<Route>();
        if (all.stream().noneMatch(Registered::isGetAtRoot)) {
            routes.add(new Route("GET", "", "/", HEALTH, Optional.empty()));
        }
        all.stream()
                .filter(registered -> !haveOperationsOwnPort || !registered.isOfOperations())
                .map(registered -> registered.route(challenge(registered)))
                .forEach(routes::add);
        return List.copyOf(routes);
    }

    private Optional<String> challenge(Registered registered) {
        return registered.kind == SERVICE
                ? reserved.ownerOf(registered.path).orElse(auth).challenge()
                : Optional.empty();
    }

    /** @param path with the prefix, as it was registered */
    private record Registered(String method, String path, String prefix, RouteKind kind) {
        boolean isOfOperations() {
            return kind == PROBE || kind == METRICS;
        }

        boolean isGetAtRoot() {
            return method.equals("GET") && (path.isEmpty() || path.equals("/"));
        }

        Route route(Optional<String> challenge) {
            var below = path.startsWith(prefix) ? path.substring(prefix.length()) : path;
            return new Route(method, prefix, below.startsWith("/") ? below : "/" + below, kind, challenge);
        }
    }
}
