package io.apikit.openapi;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The path of a route in OpenAPI's syntax, made of Javalin's: a parameter of one segment, one that may contain slashes, and a
 * wildcard all become {@code {name}}. Immutable.
 *
 * @param text with the names of the parameters
 * @param parameters in the order of the path
 */
record PathTemplate(String text, List<Parameter> parameters) {
    private static final Pattern VARIABLE = Pattern.compile("\\{([^}]*)}|<([^>]*)>|\\*");
    private static final Pattern NAME = Pattern.compile("\\{[^}]*}");

    /** @param hasSlashes whether its value may contain slashes */
    record Parameter(String name, boolean hasSlashes) {}

    /** @param path in Javalin's syntax */
    static PathTemplate of(String path) {
        var parameters = new ArrayList<Parameter>();
        var text = VARIABLE.matcher(normal(path)).replaceAll(found -> {
            var wildcards = parameters.stream().filter(Parameter::hasSlashes).count();
            var name = Stream.of(1, 2)
                    .map(found::group)
                    .filter(group -> group != null)
                    .findFirst()
                    .orElse(wildcards == 0 ? "wildcard" : "wildcard" + (wildcards + 1));
            parameters.add(new Parameter(name, found.group(1) == null));
            return Matcher.quoteReplacement("{" + name + "}");
        });
        return new PathTemplate(text, List.copyOf(parameters));
    }

    /** Returns the path with a slash at its begin, and none at its end. */
    static String normal(String path) {
        var begun = path.startsWith("/") ? path : "/" + path;
        return begun.length() > 1 && begun.endsWith("/") ? begun.substring(0, begun.length() - 1) : begun;
    }

    /** Returns the path without names: paths that differ in names alone are one path of OpenAPI. */
    String shape() {
        return NAME.matcher(text).replaceAll("{}");
    }
}
