package io.apikit.http;

import io.apikit.BackendError;
import io.apikit.internal.util.HttpSyntax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/** Header fields in the order they came, found by name in any case; immutable. Its {@code toString} shows no value. */
public final class Headers {
    static final Headers NONE = new Headers();

    /** These frame the message or belong to the connection: the client sets them, nobody else. */
    private static final List<String> FRAMING = List.of(
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

    /** Few, and looked through several times a request: an array costs the least. Never changed. */
    private final Field[] fields;

    private Headers(Field... fields) {
        this.fields = fields;
    }

    public static Headers of(Map<String, ? extends Collection<String>> values) {
        var fields = new ArrayList<Field>();
        values.forEach((name, all) -> all.forEach(value -> fields.add(new Field(name, value))));
        return new Headers(fields.toArray(Field[]::new));
    }

    Headers and(String name, String value) {
        var more = Arrays.copyOf(fields, fields.length + 1);
        more[fields.length] = new Field(name, value);
        return new Headers(more);
    }

    /** These in place of those of the same names, and after all others. */
    Headers replacedBy(Headers others) {
        var all = new Field[fields.length + others.fields.length];
        int count = 0;
        for (var field : fields) {
            if (!others.has(field.name)) {
                all[count++] = field;
            }
        }
        System.arraycopy(others.fields, 0, all, count, others.fields.length);
        count += others.fields.length;
        return new Headers(count == all.length ? all : Arrays.copyOf(all, count));
    }

    public Headers without(String name) {
        return has(name)
                ? new Headers(Arrays.stream(fields)
                        .filter(field -> !field.name.equalsIgnoreCase(name))
                        .toArray(Field[]::new))
                : this;
    }

    public Optional<String> first(String name) {
        for (var field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    private boolean has(String name) {
        return first(name).isPresent();
    }

    public void forEach(BiConsumer<String, String> action) {
        for (var field : fields) {
            action.accept(field.name, field.value);
        }
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
        for (var framing : FRAMING) {
            if (framing.equalsIgnoreCase(name)) {
                throw new IllegalArgumentException("the header " + name + " is set by the client itself");
            }
        }
        if (!HttpSyntax.isToken(name)) {
            throw BackendError.of(400, "A header's name is not a token: " + printable(name));
        }
        if (!HttpSyntax.isLatin1FieldValue(value)) {
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
