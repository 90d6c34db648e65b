package io.apikit.http;

import io.apikit.BackendError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;

/** Header fields in the order they came, found by name in any case; immutable. Its {@code toString} shows no value. */
final class Headers {
    static final Headers NONE = new Headers(List.of());

    /** RFC 9110, section 5.6.2. */
    private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");

    /** These frame the message or belong to the connection: the client sets them, nobody else. */
    private static final Set<String> FRAMING = Set.of(
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
            "keep-alive",
            "proxy-connection",
            "expect",
            "upgrade",
            "te",
            "trailer");

    private record Field(String name, String value) {}

    private final List<Field> fields;

    private Headers(List<Field> fields) {
        this.fields = fields;
    }

    static Headers of(Map<String, ? extends Collection<String>> values) {
        var fields = new ArrayList<Field>();
        values.forEach((name, all) -> all.forEach(value -> fields.add(new Field(name, value))));
        return new Headers(List.copyOf(fields));
    }

    Headers and(String name, String value) {
        var more = new ArrayList<>(fields);
        more.add(new Field(name, value));
        return new Headers(List.copyOf(more));
    }

    Headers without(String name) {
        return new Headers(fields.stream()
                .filter(field -> !field.name.equalsIgnoreCase(name))
                .toList());
    }

    Optional<String> first(String name) {
        return fields.stream()
                .filter(field -> field.name.equalsIgnoreCase(name))
                .map(Field::value)
                .findFirst();
    }

    void forEach(BiConsumer<String, String> action) {
        fields.forEach(field -> action.accept(field.name, field.value));
    }

    /** By name, in any case; not to be changed. */
    Map<String, List<String>> asMap() {
        var map = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        forEach((name, value) ->
                map.computeIfAbsent(name, any -> new ArrayList<>(1)).add(value));
        map.replaceAll((name, values) -> List.copyOf(values));
        return Collections.unmodifiableMap(map);
    }

    /**
     * Refuses what must not go out as a header of a request. The name is the author's; the value may be a caller's, so
     * the error names the header and not its value.
     */
    static void requireSendable(String name, String value) {
        if (FRAMING.contains(name.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("the header " + name + " is set by the client itself");
        }
        if (!TOKEN.matcher(name).matches()) {
            throw BackendError.of(400, "A header's name is not a token: " + printable(name));
        }
        // Beyond ISO-8859-1 the wire would keep a character's low byte only, which may be a line feed.
        if (value.chars().anyMatch(c -> Character.isISOControl(c) || c > 0xFF)) {
            throw BackendError.of(400, "The header " + name + " contains a character that cannot be sent");
        }
    }

    private static String printable(String name) {
        return name.replaceAll("[^ -~]", "?");
    }

    @Override
    public String toString() {
        return asMap().keySet().toString();
    }
}
