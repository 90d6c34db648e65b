package io.apikit;

import io.javalin.config.RouterConfig;
import io.javalin.router.ParsedEndpoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The routes of one method in the order they were registered, by the first segment of their paths: a service with many
 * prefixes looks through the routes of one. Those that do not begin with a segment of its own letters are among the
 * routes of each. Immutable.
 */
final class RouteIndex {
    static final RouteIndex EMPTY = new RouteIndex(List.of(), Map.of());

    private static final String NOT_LITERAL = "{}<>*";

    /** What may match a path whose first segment no route begins with. */
    private final List<ParsedEndpoint> anywhere;

    private final Map<String, List<ParsedEndpoint>> below;

    private RouteIndex(List<ParsedEndpoint> anywhere, Map<String, List<ParsedEndpoint>> below) {
        this.anywhere = anywhere;
        this.below = below;
    }

    /** With this route after the others, as the settings are now: so Javalin has read them for it. */
    RouteIndex with(ParsedEndpoint route, RouterConfig settings) {
        var more = new HashMap<>(below);
        var segments = segments(route.endpoint.path, settings);
        if (segments.isEmpty()) {
            more.replaceAll((segment, routes) -> and(routes, route));
            return new RouteIndex(and(anywhere, route), more);
        }
        segments.forEach(segment -> more.put(segment, and(below.getOrDefault(segment, anywhere), route)));
        return new RouteIndex(anywhere, more);
    }

    /**
     * What a path that this route matches begins with; empty if that may be anything. Javalin drops empty segments of a
     * route, but takes a path that equals it to the letter too.
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

    private static List<ParsedEndpoint> and(List<ParsedEndpoint> routes, ParsedEndpoint route) {
        return Stream.concat(routes.stream(), Stream.of(route)).toList();
    }

    /** The route that was registered first of all that match this path. */
    @Nullable
    ParsedEndpoint firstMatch(String path) {
        for (var route : below.getOrDefault(first(path), anywhere)) {
            if (matches(route, path)) {
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
