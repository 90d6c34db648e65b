package io.apikit.openapi;

import io.apikit.ops.AppView.Route;
import io.apikit.ops.AppView.RouteKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The routes that the description shows: each once, whatever prefixes it is below, the author's own first. */
final class RouteTable {
    /** The methods that a path of OpenAPI 3.1 can have. */
    private static final Set<String> METHODS =
            Set.of("GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE");

    private final List<Route> routes;
    private final Map<String, RouteDescription> descriptions;

    /** @throws IllegalStateException if the author describes what is not there, naming it */
    RouteTable(List<Route> registered, DescriptionSettings settings) {
        var gets = registered.stream()
                .filter(route -> route.method().equals("GET"))
                .map(route -> route.prefix() + route.path())
                .collect(Collectors.toSet());
        this.routes = registered.stream()
                .filter(route -> isShown(route, settings))
                // The GET route implies it.
                .filter(route -> !route.method().equals("HEAD") || !gets.contains(route.prefix() + route.path()))
                .sorted(Comparator.comparing(Route::kind))
                .toList();
        this.descriptions = settings.routes().stream()
                .collect(Collectors.toMap(RouteDescription::key, Function.identity(), (one, other) -> one));
        settings.routes().forEach(this::check);
    }

    private static boolean isShown(Route route, DescriptionSettings settings) {
        var isTwin = route.kind() == RouteKind.METADATA
                && (route.path().endsWith(".json") || route.path().endsWith("/"));
        return METHODS.contains(route.method())
                && route.kind() != RouteKind.PAGE
                && !isTwin
                && (settings.showsOperations() || route.kind() == RouteKind.SERVICE);
    }

    private void check(RouteDescription description) {
        var found = routes.stream()
                .filter(route -> DescribedRoute.key(route).equals(description.key()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("OpenApi describes " + description.key()
                        + ", but there is no such route. Routes of the app: " + near(description)));
        var names = PathTemplate.of(found.path()).parameters().stream()
                .map(PathTemplate.Parameter::name)
                .toList();
        for (var name : description.parameters().keySet()) {
            if (!names.contains(name)) {
                throw new IllegalStateException("OpenApi describes the parameter " + name + " of " + description.key()
                        + ", whose path has " + (names.isEmpty() ? "none" : String.join(", ", names))
                        + ": a query parameter is described by query(..)");
            }
        }
    }

    /** Returns the routes that have the most in common with what the author wrote, five at most. */
    private String near(RouteDescription description) {
        var written = List.of(description.key().split("[ /]"));
        return routes.stream()
                .map(DescribedRoute::key)
                .distinct()
                .sorted(Comparator.comparingInt(key -> -inCommon(written, List.of(key.split("[ /]")))))
                .limit(5)
                .collect(Collectors.joining(", "));
    }

    private static int inCommon(List<String> one, List<String> other) {
        var common = one.size() == other.size() ? 1 : 0;
        for (int i = 0; i < Math.min(one.size(), other.size()); i++) {
            common += one.get(i).equals(other.get(i)) ? 2 : 0;
        }
        return common;
    }

    /** Returns the prefixes that are the servers of the description, in the order of registration. */
    Set<String> prefixes() {
        var metadata = prefixes(RouteKind.METADATA);
        var service = prefixes(RouteKind.SERVICE);
        var both = new LinkedHashSet<>(metadata);
        both.retainAll(service);
        return Stream.of(both, metadata, service, Set.of(""))
                .filter(prefixes -> !prefixes.isEmpty())
                .findFirst()
                .orElseThrow();
    }

    private Set<String> prefixes(RouteKind kind) {
        return routes.stream()
                .filter(route -> route.kind() == kind)
                .map(Route::prefix)
                .collect(Collectors.toCollection(LinkedHashSet::new));
    }

    /** Returns the routes by their path in OpenAPI's syntax, those of the same path in the order of registration. */
    Map<String, List<DescribedRoute>> byPath() {
        var shapes = new LinkedHashMap<String, List<DescribedRoute>>();
        merged().forEach(route -> shapes.computeIfAbsent(route.template().shape(), shape -> new ArrayList<>())
                .add(route));
        var paths = new LinkedHashMap<String, List<DescribedRoute>>();
        shapes.values().forEach(same -> paths.put(same.get(0).template().text(), same));
        return paths;
    }

    private Stream<DescribedRoute> merged() {
        var byKey = new LinkedHashMap<String, List<Route>>();
        routes.forEach(route -> byKey.computeIfAbsent(DescribedRoute.key(route), key -> new ArrayList<>())
                .add(route));
        return byKey.entrySet().stream().map(entry -> {
            var same = entry.getValue();
            var prefixes = same.stream().map(Route::prefix).collect(Collectors.toCollection(LinkedHashSet::new));
            var first = same.get(0);
            return new DescribedRoute(
                    first,
                    PathTemplate.of(first.path()),
                    prefixes,
                    Optional.ofNullable(descriptions.get(entry.getKey())));
        });
    }
}
