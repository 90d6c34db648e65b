package io.apikit.http;

import io.apikit.BackendError;
import io.apikit.internal.util.HttpSyntax;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;

/**
 * The header fields of a message, in their order; a name may occur several times. Names are compared without regard to
 * case (RFC 9110, section 5.1). Immutable and thread-safe; {@code toString} shows the names and no value.
 */
public final class Headers {
    static final Headers NONE = new Headers();

    /** These frame the message or belong to the connection, so only the client may set them. */
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

    /** Few, and searched several times a request: an array costs the least. Never changed. */
    private final Field[] fields;

    private Headers(Field... fields) {
        this.fields = fields;
    }

    /**
     * Returns these header fields, for {@link BackendRequest#replaceHeaders}. Of two names that differ in their case
     * alone, the last one counts.
     *
     * @throws io.apikit.BackendError 400, naming the header and not the value, for a name that is no token (RFC 9110,
     *     section 5.6.2) or a value with a control character or one beyond ISO-8859-1
     * @throws IllegalArgumentException for a header that frames the message, such as {@code Content-Length}
     */
    public static Headers of(Map<String, String> fields) {
        var headers = NONE;
        for (var field : fields.entrySet()) {
            requireSendable(field.getKey(), field.getValue());
            headers = headers.without(field.getKey()).with(field.getKey(), field.getValue());
        }
        return headers;
    }

    /** The headers of a response: unlike those of a request, they are not checked. */
    static Headers received(Map<String, ? extends Collection<String>> values) {
        var fields = new ArrayList<Field>();
        values.forEach((name, all) -> all.forEach(value -> fields.add(new Field(name, value))));
        return new Headers(fields.toArray(Field[]::new));
    }

    Headers with(String name, String value) {
        var more = Arrays.copyOf(fields, fields.length + 1);
        more[fields.length] = new Field(name, value);
        return new Headers(more);
    }

    /** The others in place of those of the same names, after all that remain. */
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

    private Headers without(String name) {
        return has(name)
                ? new Headers(Arrays.stream(fields)
                        .filter(field -> !field.name.equalsIgnoreCase(name))
                        .toArray(Field[]::new))
                : this;
    }

    /** Returns the names, each once, in the order and the case of their first occurrence. */
    public Set<String> names() {
        var known = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        var names = new LinkedHashSet<String>();
        for (var field : fields) {
            if (known.add(field.name)) {
                names.add(field.name);
            }
        }
        return Collections.unmodifiableSet(names);
    }

    /** Returns the first value of this name. */
    public Optional<String> first(String name) {
        for (var field : fields) {
            if (field.name.equalsIgnoreCase(name)) {
                return Optional.of(field.value);
            }
        }
        return Optional.empty();
    }

    /** Returns all values of this name in their order; empty if there is none. */
    public List<String> all(String name) {
        return Arrays.stream(fields)
                .filter(field -> field.name.equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    private boolean has(String name) {
        return first(name).isPresent();
    }

    /** Calls the action with the name and the value of each field, in their order. */
    public void forEach(BiConsumer<String, String> action) {
        for (var field : fields) {
            action.accept(field.name, field.value);
        }
    }

    /** Returns the values by name, which is found in any case; unmodifiable. */
    Map<String, List<String>> asMap() {
        var map = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
        forEach((name, value) ->
                map.computeIfAbsent(name, any -> new ArrayList<>(1)).add(value));
        map.replaceAll((name, values) -> List.copyOf(values));
        return Collections.unmodifiableMap(map);
    }

    /**
     * Refuses what must not be sent as a header of a request. The name is the author's. The value may be a caller's, so
     * the error names the header and does not quote its value.
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
