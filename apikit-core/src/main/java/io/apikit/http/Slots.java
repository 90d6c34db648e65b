package io.apikit.http;

import io.apikit.BackendError;
import java.util.Objects;
import java.util.function.UnaryOperator;

/** The segments on their way into the places a path template holds for them; used once, by one thread. */
final class Slots {
    private static final String SLOT = "{}";

    private final String template;
    private final Object[] segments;
    private int used;

    Slots(String template, Object... segments) {
        this.template = template;
        this.segments = segments;
    }

    String fillPath(String literal) {
        return fill(literal, Percent::path, Slots::segment);
    }

    String fillQuery(String literal) {
        return fill(literal, Percent::query, Percent::value);
    }

    void requireAllUsed() {
        if (used != segments.length) {
            throw mismatch();
        }
    }

    private String fill(String literal, UnaryOperator<String> literally, UnaryOperator<String> value) {
        Target.requireNoControl(literal);
        var out = new StringBuilder();
        int from = 0;
        for (int at = literal.indexOf(SLOT); at >= 0; at = literal.indexOf(SLOT, from)) {
            out.append(literally.apply(literal.substring(from, at))).append(value.apply(next()));
            from = at + SLOT.length();
        }
        return out.append(literally.apply(literal.substring(from))).toString();
    }

    private String next() {
        if (used == segments.length) {
            throw mismatch();
        }
        return Objects.requireNonNull(segments[used++], () -> "segment " + used + " of " + template)
                .toString();
    }

    private static String segment(String value) {
        if (value.isEmpty() || value.equals(".") || value.equals("..")) {
            throw BackendError.of(400, "A path segment must not be empty, '.' or '..'");
        }
        if (Target.hasControl(value)) {
            throw BackendError.of(400, "A path segment must not contain a control character");
        }
        return Percent.value(value);
    }

    private IllegalArgumentException mismatch() {
        return new IllegalArgumentException(
                "the path " + template + " has not as many {} as the " + segments.length + " segments given");
    }
}
