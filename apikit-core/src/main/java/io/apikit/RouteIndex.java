package io.apikit;

import io.javalin.config.RouterConfig;
import io.javalin.router.ParsedEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one method in the order of registration, by the first segment of their paths: a service with many
 * prefixes searches the routes of one. A route whose first segment is not literal is among the routes of each.
 * Immutable.
 */
final class RouteIndex {
    static final RouteIndex EMPTY = new RouteIndex(List.of(), Map.of());

    private static final String NOT_LITERAL = "{}<>*";

    /** The routes that can match a path whose first segment is in no route. */
    private final List<ParsedEndpoint> anywhere;

    private final Map<String, List<ParsedEndpoint>> below;

    private RouteIndex(List<ParsedEndpoint> anywhere, Map<String, List<ParsedEndpoint>> below) {
        this.anywhere = anywhere;
        this.below = below;
    }

    /** Returns an index with this route after the others, parsed with the settings of this moment, as Javalin does. */
    RouteIndex with(ParsedEndpoint route, RouterConfig settings) {
        var more = new HashMap<>(below);
        var segments = segments(route.endpoint.path, settings);
        if (segments.isEmpty()) {
            more.replaceAll((segment, routes) -> append(routes, route));
            return new RouteIndex(append(anywhere, route), more);
        }
        segments.forEach(segment -> more.put(segment, append(below.getOrDefault(segment, anywhere), route)));
        return new RouteIndex(anywhere, more);
    }

    /**
     * Returns the first segments of the paths that this route matches; empty if they can be any. Javalin drops empty
     * segments of a route, but accepts a path that equals it exactly too.
     */
    private static Set<String> segments(String route, RouterConfig settings) {
        var first = Stream.of(route.split("/"))
                .filter(segment -> !segment.isEmpty())
                .findFirst();
        return settings.caseInsensitiveRoutes || settings.treatMultipleSlashesAsSingleSlash
                ? Set.of()
                : first.filter(RouteIndex::isLiteral)
                        .map(segment -> Set.copyOf(List.of(segment, first(route))))
                        .orElse(Set.of());
    }

    private static boolean isLiteral(String segment) {
        return segment.chars().noneMatch(c -> NOT_LITERAL.indexOf(c) >= 0);
    }

    private static List<ParsedEndpoint> append(List<ParsedEndpoint> routes, ParsedEndpoint route) {
        return Stream.concat(routes.stream(), Stream.of(route)).toList();
    }

    /** Returns the first registered route that matches the path, of those whose own path is allowed. */
    @Nullable
    ParsedEndpoint firstMatch(String path, Predicate<String> allowed) {
        for (var route : below.getOrDefault(first(path), anywhere)) {
            if (matches(route, path) && allowed.test(route.endpoint.path)) {
                return route;
            }
        }
        return null;
    }

    private static boolean matches(ParsedEndpoint route, String path) {
        var registered = route.endpoint.path;
        return registered.equals("*") || registered.equals(path) || route.matches(path);
    }

    private static String first(String path) {
        var begin = path.startsWith("/") ? 1 : 0;
        var end = path.indexOf('/', begin);
        return path.substring(begin, end < 0 ? path.length() : end);
    }
}
