package io.apikit.test;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which requests a route takes. Immutable.
 *
 * @param segments those of the path, decoded; one in braces takes any, and a star at the end takes all that follow
 * @param query the values that parameters must have
 * @param user empty for all
 */
record RouteKey(String method, List<String> segments, Map<String, String> query, String user) {
    private static final String REST = "*";

    /** @param pathAndQuery the query is optional, and encoded as in an address */
    static RouteKey of(String method, String pathAndQuery) {
        if (!pathAndQuery.startsWith("/")) {
            throw new IllegalArgumentException("path: " + pathAndQuery + " does not begin with a slash");
        }
        var parts = pathAndQuery.split("\\?", 2);
        var key = new RouteKey(method, List.of(parts[0].substring(1).split("/", -1)), Map.of(), "");
        for (var pair : parts.length == 1 ? new String[0] : parts[1].split("&")) {
            var sides = pair.split("=", 2);
            key = key.query(decoded(sides[0]), sides.length == 1 ? "" : decoded(sides[1]));
        }
        return key;
    }

    RouteKey query(String name, String value) {
        var more = new TreeMap<>(query);
        more.put(name, value);
        return new RouteKey(method, segments, more, user);
    }

    RouteKey as(String name) {
        return new RouteKey(method, segments, query, name);
    }

    /** Returns what stands for the names in braces; empty if the route does not take the request. */
    Optional<Map<String, String>> match(RecordedRequest request) {
        var isTaken = method.equals(request.method())
                && (user.isEmpty() || request.user().filter(user::equals).isPresent())
                && query.entrySet().stream()
                        .allMatch(wanted -> request.query()
                                .getOrDefault(wanted.getKey(), List.of())
                                .contains(wanted.getValue()));
        return isTaken ? matchPath(request.path()) : Optional.empty();
    }

    private Optional<Map<String, String>> matchPath(String path) {
        var given = path.substring(1).split("/", -1);
        var isOpen = segments.get(segments.size() - 1).equals(REST);
        var fixed = isOpen ? segments.size() - 1 : segments.size();
        if (isOpen ? given.length < fixed : given.length != fixed) {
            return Optional.empty();
        }
        var found = new LinkedHashMap<String, String>();
        for (int i = 0; i < fixed; i++) {
            var wanted = segments.get(i);
            var value = segment(given[i]);
            if (isName(wanted)) {
                found.put(wanted.substring(1, wanted.length() - 1), value);
            } else if (!wanted.equals(value)) {
                return Optional.empty();
            }
        }
        return Optional.of(found);
    }

    /** Orders routes that take the same request: the higher, the sooner. */
    int weight() {
        var literals = (int) segments.stream()
                .filter(segment -> !isName(segment) && !segment.equals(REST))
                .count();
        return (query.size() + (user.isEmpty() ? 0 : 1)) * 1_000 + literals;
    }

    private static boolean isName(String segment) {
        return segment.length() > 2 && segment.startsWith("{") && segment.endsWith("}");
    }

    /** A plus in a path is a plus. */
    private static String segment(String encoded) {
        return decoded(encoded.replace("+", "%2B"));
    }

    private static String decoded(String encoded) {
        return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        var conditions = query.entrySet().stream().map(wanted -> wanted.getKey() + "=" + wanted.getValue());
        var shown = Stream.of(conditions.collect(Collectors.joining("&"))).filter(text -> !text.isEmpty());
        return method + " /" + String.join("/", segments)
                + shown.map(text -> "?" + text).collect(Collectors.joining()) + (user.isEmpty() ? "" : " as " + user);
    }
}
