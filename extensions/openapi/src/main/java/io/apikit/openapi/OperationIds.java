package io.apikit.openapi;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The names of the methods of a generated client: readable, and each once. Not threadsafe. */
final class OperationIds {
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9]+");

    private final Set<String> used = new HashSet<>();

    /**
     * Reserves a name that the author has chosen.
     *
     * @throws IllegalStateException if another route has it
     */
    void reserve(String id) {
        if (!used.add(id)) {
            throw new IllegalStateException("OpenApi describes two routes with the operationId " + id);
        }
    }

    /** Returns the name for the health at the root. */
    String health() {
        return unique("getHealth");
    }

    /** Returns a name for a route: {@code GET /jobs/{id}/log} is {@code getJobsByIdLog}. */
    String of(String method, PathTemplate path) {
        var name = new StringBuilder(method.toLowerCase(Locale.ROOT));
        var isAfterParameter = false;
        for (var segment : path.text().split("/", -1)) {
            var isParameter = segment.startsWith("{");
            if (isParameter) {
                name.append(isAfterParameter ? "And" : "By");
            }
            WORD.matcher(segment).results().forEach(word -> name.append(capital(word.group())));
            isAfterParameter = isParameter;
        }
        return unique(path.text().equals("/") ? name.append("Root").toString() : name.toString());
    }

    private String unique(String base) {
        var id = base;
        for (int i = 2; !used.add(id); i++) {
            id = base + i;
        }
        return id;
    }

    private static String capital(String word) {
        return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
    }
}
