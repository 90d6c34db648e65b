package io.apikit.auth.internal.token;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds values in a JSON document by paths such as {@code data.token} and {@code items.0.token}. A field whose own name
 * has a dot is preferred to a nested one.
 */
final class JsonPath {
    private static final Pattern INDEX = Pattern.compile("[0-9]{1,4}");

    private JsonPath() {}

    /**
     * A value that was found.
     *
     * @param holders the objects that it is in, the innermost first
     */
    record Found(Object value, List<Map<?, ?>> holders) {}

    /** Returns the value at a path; empty if there is none, or JSON's null. */
    static Optional<Found> find(Object document, String path) {
        return Optional.ofNullable(find(document, path, List.of()));
    }

    private static @Nullable Found find(Object node, String path, List<Map<?, ?>> outer) {
        var holders = node instanceof Map<?, ?> object
                ? Stream.concat(Stream.<Map<?, ?>>of(object), outer.stream()).toList()
                : outer;
        var value = child(node, path);
        if (value != null) {
            return new Found(value, holders);
        }
        for (int dot = path.lastIndexOf('.'); dot > 0; dot = path.lastIndexOf('.', dot - 1)) {
            var next = child(node, path.substring(0, dot));
            var found = next == null ? null : find(next, path.substring(dot + 1), holders);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Object child(Object node, String name) {
        if (node instanceof Map<?, ?> object) {
            return object.get(name);
        }
        if (node instanceof List<?> list && INDEX.matcher(name).matches()) {
            int index = Integer.parseInt(name);
            return index < list.size() ? list.get(index) : null;
        }
        return null;
    }
}
