package io.apikit.http;

import io.apikit.BackendError;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Where a request goes below the backend's base: an encoded path that begins with exactly one slash, and an encoded
 * query, which may be empty. Whatever text it was made from, it names no other origin and climbs out of no folder.
 */
record Target(String path, String query) {
    private static final Pattern ENCODED_CONTROL = Pattern.compile("%(?:[01][0-9a-f]|7f)", Pattern.CASE_INSENSITIVE);
    private static final Pattern ENCODED_DOT = Pattern.compile("%2e", Pattern.CASE_INSENSITIVE);

    /**
     * The template with one segment in place of each <code>{}</code>.
     *
     * @throws IllegalArgumentException where their numbers differ
     * @throws BackendError 400 for a segment or path that is not to be sent
     */
    static Target of(String template, Object... segments) {
        int question = template.indexOf('?');
        var path = question < 0 ? template : template.substring(0, question);
        var query = question < 0 ? "" : template.substring(question + 1);
        var slots = new Slots(template, segments);
        var target = new Target(absolute(slots.fillPath(path)), slots.fillQuery(query));
        slots.requireAllUsed();
        requireNoDotSegment(target.path);
        return target;
    }

    Target and(String name, Object value) {
        Objects.requireNonNull(value, () -> "value of query parameter " + name);
        var pair = Percent.value(name) + '=' + Percent.value(value.toString());
        return new Target(path, query.isEmpty() ? pair : query + '&' + pair);
    }

    @Override
    public String toString() {
        return query.isEmpty() ? path : path + '?' + query;
    }

    /** A literal part: nobody's input, as a rule; but a caller's path may have been put into it. */
    static void requireNoControl(String literal) {
        if (hasControl(literal)) {
            throw BackendError.of(400, "The path must not contain a control character");
        }
    }

    static boolean hasControl(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i))) {
                return true;
            }
        }
        return false;
    }

    private static String absolute(String path) {
        int start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        return '/' + path.substring(start);
    }

    private static void requireNoDotSegment(String path) {
        if (path.indexOf('.') < 0 && path.indexOf('%') < 0) {
            return; // Most have neither.
        }
        if (ENCODED_CONTROL.matcher(path).find()) {
            throw BackendError.of(400, "The path must not contain a control character");
        }
        var dots = ENCODED_DOT.matcher(path.toLowerCase(Locale.ROOT)).replaceAll(".");
        for (var segment : dots.split("/", -1)) {
            // Some servers cut a segment's parameters (RFC 3986, section 3.3) before they resolve its dots.
            var name = segment.split(";", 2)[0];
            if (name.equals(".") || name.equals("..")) {
                throw BackendError.of(400, "The path must not contain a dot segment");
            }
        }
    }
}
