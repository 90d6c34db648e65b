package io.apikit;

import io.javalin.config.RouterConfig;
import io.javalin.http.HandlerType;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Refuses a route that matches the same paths as an earlier one of the same method, since it would never run. Not
 * thread-safe: routes are added before the app starts.
 */
final class RouteConflicts {
    private static final Pattern PARAMETER = Pattern.compile("\\{[^}]*}");
    private static final Pattern SLASH_PARAMETER = Pattern.compile("<[^>]*>");

    private final Map<String, String> routes = new HashMap<>();
    private final Map<String, String> own = new HashMap<>();

    /**
     * Names a path of the app itself.
     *
     * @param what describes what is there, and how it is moved
     */
    void own(String path, String what) {
        own.put(path, what);
    }

    /**
     * Adds a route.
     *
     * @throws IllegalArgumentException if there is one of the same method for the same paths, naming both
     */
    void add(HandlerType method, String path, RouterConfig settings) {
        if (!method.isHttpMethod()) {
            return;
        }
        var earlier = routes.putIfAbsent(method + " " + shape(path, settings), path);
        if (earlier == null) {
            return;
        }
        var what = own.get(earlier);
        if (what != null) {
            throw new IllegalArgumentException(
                    "the route " + method + " " + path + " has a path of the app's own: " + earlier + " is " + what);
        }
        throw new IllegalArgumentException(
                earlier.equals(path)
                        ? "there are two routes " + method + " " + path + ": remove one of them"
                        : "the routes " + method + " " + earlier + " and " + method + " " + path
                                + " match the same paths, and only the first would run: remove one of them");
    }

    /** Returns the path without the names of its parameters, and without what the router does not distinguish. */
    private static String shape(String path, RouterConfig settings) {
        var shape = SLASH_PARAMETER
                .matcher(PARAMETER.matcher(path).replaceAll("{}"))
                .replaceAll("<>");
        if (settings.ignoreTrailingSlashes && shape.length() > 1 && shape.endsWith("/")) {
            shape = shape.substring(0, shape.length() - 1);
        }
        return settings.caseInsensitiveRoutes ? shape.toLowerCase(Locale.ROOT) : shape;
    }
}
