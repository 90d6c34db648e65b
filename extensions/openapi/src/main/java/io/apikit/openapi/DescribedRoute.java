package io.apikit.openapi;

import io.apikit.ops.AppView.Route;
import io.apikit.ops.AppView.RouteKind;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One method of one path, with what the author says of it.
 *
 * @param template the route's own path; the names of its parameters may differ from those that the description shows
 * @param prefixes the route prefixes that it is below; empty for the root
 */
record DescribedRoute(
        Route route, PathTemplate template, Set<String> prefixes, Optional<RouteDescription> description) {
    String method() {
        return route.method();
    }

    RouteKind kind() {
        return route.kind();
    }

    /** Returns method and path in Javalin's syntax. */
    static String key(Route route) {
        return route.method() + " " + PathTemplate.normal(route.path());
    }

    List<String> tags() {
        return description
                .map(RouteDescription::tags)
                .filter(tags -> !tags.isEmpty())
                .orElseGet(() -> switch (kind()) {
                    case METADATA -> List.of(StandardRoutes.METADATA);
                    case HEALTH, PROBE, METRICS -> List.of(StandardRoutes.OPERATIONS);
                    case SERVICE, PAGE -> List.of(StandardRoutes.SERVICE);
                });
    }
}
